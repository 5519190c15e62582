import { ruleWords } from '../packages/slipway/src/cli/commands/reason-text.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The page of what a batch run leaves beside its output; that no field is missing from it is tested beside the code. */
export function runRecordFiles(): readonly GeneratedFile[] {
  const rules = Object.entries(ruleWords).map(([rule, words]) => `| \`${rule}\` | ${words} |\n`);
  return [{ path: 'docs/reference/run-record.md', content: `${intro}${rules.join('')}` }];
}

const intro = `${markdownMark('the rules of batch')}
# Run record and quarantine

Every \`slipway batch\` run leaves two files beside its output: the record of the run, and, where rows were not scored, the
quarantine. \`--record\` and \`--quarantine\` put them elsewhere.

## \`OUTPUT.run.json\`

One JSON document, also printed with \`--json\`. It is the last file that a run writes: where it is, the others are.

| Field | Value |
| --- | --- |
| \`slipway_run\` | Version of this format: 1. |
| \`run_id\` | A UUID. |
| \`model\`, \`version\` | As the launch file says. |
| \`artifact\` | Digest of the model file, \`sha256:\` and 64 hex digits like every digest here. |
| \`launch\` | \`path\` and \`digest\` of the launch file. |
| \`engine\` | \`compiled\` or \`onnxruntime\`. |
| \`input\` | \`path\`, \`format\`, \`digest\` and \`bytes\` of the file as it lies on the disk, and its \`rows\`. |
| \`output\` | The same of the output; null where the run left none. |
| \`earlier_output\` | Path of an output of an earlier run that is still there, untouched, where this run left none; else null. |
| \`quarantine\` | \`path\`, \`rows\`, and \`reasons\`, the most frequent first: \`column\`, \`rule\` and how many \`rows\`. A row counts for its first reason. Null where every row was scored. |
| \`counts\` | See below. |
| \`max_quarantine\` | Part of the rows that may be quarantined, 0 to 1. |
| \`rank\` | \`by\`, \`within\` and \`top\` of the order and cut; null where the output is in input order. |
| \`started_at\` | ISO 8601, UTC. |
| \`duration_ms\`, \`rows_per_second\`, \`peak_memory_bytes\`, \`threads\` | What it took. |
| \`scores\` | For each score: \`name\`, \`count\`, \`missing\`, \`mean\`, \`minimum\`, \`maximum\`, and the \`counts\` of its bins, cut at \`edges\` (numbers) or named by \`categories\`. |
| \`drift\` | The comparison with the reference profile, with the numbers that decided; null where there is no reference. |
| \`verdict\` | \`pass\`, or \`fail\` where too many rows were quarantined. |
| \`questions\` | The four questions: \`question\`, \`answer\` (\`yes\`, \`no\`, \`inconclusive\`), \`good\` (whether it is the answer to hope for; null where it cannot be told) and \`text\`. |

### \`counts\`

| Field | Value |
| --- | --- |
| \`rows_read\` | Counted in the bytes of the input, or told by the footer of Parquet: apart from the scoring. Blank lines are no rows. |
| \`rows_scored\` | Rows with an answer of the model. |
| \`rows_quarantined\` | Rows without one. \`rows_read\` is \`rows_scored\` plus these. |
| \`rows_written\` | Rows that the query engine put into the output, even where it was then withheld. |
| \`rows_cut\` | Scored rows that a rank left out. \`rows_scored\` is \`rows_written\` plus these. |

A broken record of a CSV file counts as many rows as it has lines that are not blank, since a stray quote makes one record
of many rows; any other record is one row, however many lines its quoted fields have.

## \`OUTPUT.quarantine.ndjson\`

One JSON object a line for each record that was not scored, in input order.

| Field | Value |
| --- | --- |
| \`record\` | Place of the record in the input, from 1, without the header. |
| \`line\` | Line on which it starts; not for Parquet. |
| \`last_line\` | Line on which it ends, where that is another one. |
| \`rows\` | How many rows it counts as, where that is more than one. |
| \`column\` | The column of the first reason; \`record\` where the text is broken, \`model\` where the model itself failed. |
| \`rule\` | The rule that it breaks, see below. |
| \`reason\` | Every reason, in words. |
| \`raw\` | The text of the record; of Parquet its row as JSON. Whole up to 2 MiB. |
| \`raw_cut\` | True where \`raw\` is only the beginning. |
| \`raw_base64\` | The bytes, where they are not UTF-8 text. |

### Rules

| Rule | What is wrong |
| --- | --- |
`;

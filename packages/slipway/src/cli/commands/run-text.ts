import type { Question, RunRecord, ScoreHistogram } from '../../batch/index.ts';
import { bytesText, grouped, labelledLines } from '../lines.ts';
import type { Style } from '../style.ts';

const reasonsMax = 5;
const barWidth = 24;

/** A run's record for people: what was read and written, the four questions, the scores. */
export function runText(record: RunRecord, style: Style): string {
  const { counts, output } = record;
  const seconds = (record.duration_ms / 1000).toFixed(2);
  const speed = `${seconds} s, ${grouped(record.rows_per_second)} rows/s, ${bytesText(record.peak_memory_bytes)} of memory`;
  const rows: [string, string][] = [
    ['read', `${grouped(counts.rows_read)} rows from ${record.input.path}`],
    ['scored', grouped(counts.rows_scored)],
    ['quarantined', quarantineText(record)],
    ...reasons(record),
    ['written', output === null ? style.red('nothing') : `${grouped(counts.rows_written)} rows to ${output.path}`],
    ...(counts.rows_cut === 0 ? [] : [['cut', `${grouped(counts.rows_cut)} rows below the top`] as [string, string]]),
    ['took', speed],
    ['engine', record.engine],
    ['run', record.run_id],
  ];
  const head = style.bold(`${record.model} ${record.version}`);
  const questions = record.questions.map((question) => questionText(question, style)).join('');
  return `${head}\n${labelledLines(rows)}\n${questions}${record.scores.map(histogram).join('')}`;
}

function quarantineText({ counts, quarantine, max_quarantine, verdict }: RunRecord): string {
  if (quarantine === null) return '0';
  const over = verdict === 'fail' ? `, more than the ${max_quarantine * 100}% that are allowed` : '';
  return `${grouped(counts.rows_quarantined)}${over}; see ${quarantine.path}`;
}

/** The most frequent reasons, as lines that continue the one above. */
function reasons({ quarantine }: RunRecord): [string, string][] {
  if (quarantine === null) return [];
  const shown = quarantine.reasons.slice(0, reasonsMax);
  const rest = quarantine.reasons.length - shown.length;
  const lines = shown.map(({ column, rule, rows }) => `${grouped(rows)} × ${column}: ${rule}`);
  return [...lines, ...(rest > 0 ? [`and ${rest} more reasons`] : [])].map((line) => ['', line]);
}

function questionText({ question, answer, text }: Question, style: Style): string {
  const paint = { yes: style.green, no: style.red, inconclusive: style.yellow }[answer];
  return `  ${question} ${paint(answer)}. ${text}\n`;
}

/** The distribution of a score as bars, one a bin. */
function histogram({ name, edges, counts, count }: ScoreHistogram): string {
  if (edges === null || count === 0) return '';
  const most = Math.max(...counts);
  const labels = counts.map((_, bin) => {
    const edge = Number((bin === edges.length ? edges[bin - 1] : edges[bin])?.toPrecision(3));
    if (bin === 0) return `below ${edge}`;
    return bin === edges.length ? `from ${edge}` : `to ${edge}`;
  });
  const width = Math.max(...labels.map((label) => label.length));
  const bars = counts.map((rows, bin) => {
    const bar = '█'.repeat(Math.round((rows / most) * barWidth)).padEnd(barWidth);
    return `  ${(labels[bin] as string).padEnd(width)}  ${bar}  ${grouped(rows)}\n`;
  });
  return `\n  ${name}\n${bars.join('')}`;
}

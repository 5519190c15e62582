import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ImportedOutcomes } from '../../outcomes/import-outcomes.ts';
import type { JoinedLog, PredictionOutcome } from '../../outcomes/join-outcomes.ts';
import { outcomesFolder } from '../../outcomes/outcome-files.ts';
import { systemClock } from '../../system/clock.ts';
import type { Io } from '../io.ts';
import { expiryOption } from '../key-options.ts';
import { grouped, labelledLines } from '../lines.ts';
import { countOption, listOption } from '../option-values.ts';
import { writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { logFolder } from './log-options.ts';

const examples = `
An outcome is what really happened. Its row names a prediction (\`prediction_id\`), or a unit and the time when it happened
(\`unit\`, \`at\`): then it belongs to the unit's last prediction at or before that time, within the horizon. \`observed_at\`,
where there is one, says when it was known, and of several outcomes of a prediction the one observed last counts. All other
columns are values. Times without an offset are UTC. Importing a file a second time changes nothing. Outcomes are kept as
long as predictions (SLIPWAY_LOG_RETENTION, by \`log compact\`), and \`log erase\` takes those of a unit with its predictions.

Examples:
  slipway outcomes import exams.csv --model learner-risk --unit learner_id --at exam_date --values passed
  slipway outcomes import graded.ndjson
  slipway outcomes join --model learner-risk --since 2026-11-01 --horizon 30d
  slipway outcomes join --model learner-risk --all --json > joined.json`;

const dayMs = 86_400_000;

interface ImportCommandOptions {
  readonly model?: string;
  readonly predictionId?: string;
  readonly unit?: string;
  readonly at?: string;
  readonly observedAt?: string;
  readonly values?: readonly string[];
  readonly json?: boolean;
}

interface JoinCommandOptions {
  readonly model: string;
  readonly log?: string;
  readonly since?: string;
  readonly until?: string;
  readonly horizon: number;
  readonly window: number;
  readonly limit: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command.addHelpText('after', examples);
  command
    .command('import')
    .description('Keep what really happened, from a CSV, Parquet or NDJSON file.')
    .argument('<file>', 'the file of outcomes')
    .option('--model <name>', 'whose predictions they are of, where no column `model` says so')
    .option('--prediction-id <column>', 'the column with the id of a prediction; default: prediction_id')
    .option('--unit <column>', 'the column with the unit; default: unit')
    .option('--at <column>', 'the column with the time when it happened; default: at')
    .option('--observed-at <column>', 'the column with the time when it was known; default: observed_at')
    .option('--values <columns>', 'the columns that say what happened; default: all others', listOption)
    .option('--json', 'print one JSON document')
    .action((file: string, options: ImportCommandOptions) => bring(file, options, io));
  command
    .command('join')
    .description('Join the outcomes with the predictions of a model.')
    .requiredOption('--model <name>', 'whose predictions')
    .addOption(new Option('--log <folder>', 'the folder of the log; default: .slipway/log').env('SLIPWAY_LOG'))
    .option('--since <time>', 'only predictions from then on, such as 2026-11-24T10:00Z', timeOption)
    .option('--until <time>', 'only predictions before', timeOption)
    .addOption(spanOf('--horizon <time>', 'how much older the prediction of a unit may be than its outcome'))
    .addOption(spanOf('--window <time>', 'outcomes known later than this after their prediction are counted as late'))
    .option('--limit <count>', 'show the newest so many', countOption, 20)
    .option('--all', 'show all')
    .option('--json', 'print one JSON document')
    .action((options: JoinCommandOptions) => join(options, io));
}

function spanOf(flags: string, description: string): Option {
  return new Option(flags, description).argParser(expiryOption).default(30 * dayMs, '30d');
}

async function bring(file: string, options: ImportCommandOptions, io: Io): Promise<void> {
  const { batchFile } = await import('../../batch/file-format.ts');
  const { importOutcomes } = await import('../../outcomes/import-outcomes.ts');
  const { path, format } = batchFile(resolve(io.cwd, file));
  const { model = null, json, ...columns } = options;
  const done = await importOutcomes({
    folder: outcomesFolder(surroundingsOf(io)),
    source: { path, format },
    columns,
    model,
    units: { key: io.env.SLIPWAY_LOG_HASH_KEY || null, hide: hashesUnits(io) },
    nowMs: systemClock.wallMs(),
  });
  if (json) writeJson(io, done);
  else writeImported(done, io);
  if (model !== null) await cautionUnknown(model, io);
}

/** A misspelt model would be found out only when its predictions are asked for; one that has none yet may be right. */
async function cautionUnknown(model: string, io: Io): Promise<void> {
  const { knownText, modelsInLog } = await import('../../outcomes/models-in-log.ts');
  const known = await modelsInLog(logFolder(io)).catch(() => null);
  if (known === null || known.size === 0 || known.has(model)) return;
  const hint = knownText(model, [...known.keys()]);
  io.stderr.write(`The log has no prediction of the model ${JSON.stringify(model)} yet. ${hint}\n`);
}

function writeImported({ known, outcomes, refused }: ImportedOutcomes, io: Io): void {
  if (known) {
    io.stdout.write('This file was imported before: nothing has changed.\n');
    return;
  }
  io.stdout.write(`${grouped(outcomes)} outcomes are kept.\n`);
  for (const { reason, count, firstRow } of refused) {
    io.stderr.write(`${grouped(count)} rows left out, the first is row ${grouped(firstRow)}: ${reason}\n`);
  }
}

async function join(options: JoinCommandOptions, io: Io): Promise<void> {
  const { joinWithLog } = await import('../../outcomes/join-outcomes.ts');
  const { model, since, until, horizon, window, limit, all, json } = options;
  const joined = await joinWithLog({
    folder: outcomesFolder(surroundingsOf(io)),
    log: logFolder(io, options.log),
    model,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    horizonMs: horizon,
    windowMs: window,
    limit: all ? null : limit,
  });
  const { counts, share, rows } = joined;
  if (json) return writeJson(io, { ...counts, share, predictions: rows });
  if (rows.length > 0) io.stdout.write(`${rowsText(rows, io)}\n`);
  io.stdout.write(labelledLines(countLines(joined)));
}

function countLines({ counts, share }: JoinedLog): [string, string][] {
  const percent = `${Number((share * 100).toPrecision(3))}%`;
  const sampled: [string, string][] = [
    [
      'not sampled',
      `${grouped(counts.notSampled)} outcomes name a prediction that the log left out: it keeps ${percent}`,
    ],
    ['perhaps not', `${grouped(counts.perhapsNotSampled)} outcomes of a unit without a prediction in the log`],
    ['by unit', 'in a sampled log, the last prediction that was kept; an outcome that names its prediction is sure'],
  ];
  return [
    ['with an outcome', `${grouped(counts.joined)} predictions, ${grouped(counts.late)} of them late`],
    ['without one yet', `${grouped(counts.withoutOutcome)} predictions`],
    ['duplicates', `${grouped(counts.duplicates)} outcomes, of which a later one is known`],
    ['no prediction', `${grouped(counts.withoutPrediction)} outcomes`],
    ...(share < 1 ? sampled : []),
  ];
}

function rowsText(rows: readonly PredictionOutcome[], io: Io): string {
  const cells = rows.map(({ predictionId, predictedAt, unit, outputs, outcome, late }) => [
    predictionId,
    predictedAt,
    unit ?? '',
    JSON.stringify(outputs),
    JSON.stringify(outcome) + (late ? ' (late)' : ''),
  ]);
  return tableText(['id', 'at', 'unit', 'outputs', 'outcome'], cells, styleFor(io.stdout, io.env));
}

/** Whether the log keeps units as hashes only: then so do the outcomes. */
function hashesUnits({ env }: Io): boolean {
  return (env.SLIPWAY_LOG_HASH ?? '').split(',').some((name) => name.trim() === 'unit');
}

/** Without an offset it is UTC, as in the files. */
function timeOption(text: string): string {
  const zoned = /T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${text}Z` : text;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(Date.parse(zoned))) {
    throw new InvalidArgumentError('Write a time like 2026-11-24 or 2026-11-24T10:00Z.');
  }
  return new Date(zoned).toISOString();
}

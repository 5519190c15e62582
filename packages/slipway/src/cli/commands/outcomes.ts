import { relative, resolve } from 'node:path';
import { fail, isSlipwayError, nearest } from '@slipway/core';
import { type Command, Option } from 'commander';
import type { ImportedOutcomes } from '../../outcomes/import-outcomes.ts';
import type { JoinedLog, PredictionOutcome } from '../../outcomes/join-outcomes.ts';
import { outcomesFolder } from '../../outcomes/outcome-files.ts';
import type { OutcomeImport } from '../../outcomes/outcome-imports.ts';
import { systemClock } from '../../system/clock.ts';
import { counted, instantText } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { expiryOption } from '../key-options.ts';
import { grouped, labelledLines } from '../lines.ts';
import { countOption, listOption, momentOption } from '../option-values.ts';
import {
  actorText,
  type ChangeOptions,
  changeOf,
  withChangeOptions,
  withRegistry,
  writeJson,
} from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { cellText, tableText } from '../table.ts';
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
  slipway outcomes list                      the imports, newest first, with their ids
  slipway outcomes remove 3f9a1c07           take one import back, by the first characters of its id
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
  readonly allowUnknownModel?: boolean;
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
    .option('--allow-unknown-model', 'also outcomes of a model that neither the log nor the registry knows')
    .option('--json', 'print one JSON document')
    .action((file: string, options: ImportCommandOptions) => bring(file, options, io));
  command
    .command('join')
    .description('Join the outcomes with the predictions of a model.')
    .requiredOption('--model <name>', 'whose predictions')
    .addOption(new Option('--log <folder>', 'the folder of the log; default: .slipway/log').env('SLIPWAY_LOG'))
    .option(
      '--since <time>',
      'only predictions since then: 1h or 7d ago, a day, or a time such as 2026-11-24T10:00Z',
      momentOption,
    )
    .option('--until <time>', 'only predictions before then, in the same words', momentOption)
    .addOption(spanOf('--horizon <time>', 'how much older the prediction of a unit may be than its outcome'))
    .addOption(spanOf('--window <time>', 'outcomes known later than this after their prediction are counted as late'))
    .option('--limit <count>', 'show the newest so many', countOption, 20)
    .option('--all', 'show all')
    .option('--json', 'print one JSON document')
    .action((options: JoinCommandOptions) => join(options, io));
  command
    .command('list')
    .description('List the imports that are kept, newest first.')
    .option('--json', 'print one JSON document')
    .action((options: { readonly json?: boolean }) => list(options, io));
  withChangeOptions(
    command
      .command('remove')
      .description('Take one import back: its outcomes go, and who took it back stays in the list.')
      .argument('<id>', 'the id of the import, or its first characters, eight at least'),
  ).action((id: string, options: ChangeOptions) => remove(id, options, io));
}

function spanOf(flags: string, description: string): Option {
  return new Option(flags, description).argParser(expiryOption).default(30 * dayMs, '30d');
}

async function bring(file: string, options: ImportCommandOptions, io: Io): Promise<void> {
  const { batchFile } = await import('../../batch/file-format.ts');
  const { importOutcomes } = await import('../../outcomes/import-outcomes.ts');
  const { path, format } = batchFile(resolve(io.cwd, file));
  const { model = null, json, allowUnknownModel, ...columns } = options;
  const done = await importOutcomes({
    folder: outcomesFolder(surroundingsOf(io)),
    source: { path, format },
    columns,
    model,
    units: { key: io.env.SLIPWAY_LOG_HASH_KEY || null, hide: hashesUnits(io) },
    nowMs: systemClock.wallMs(),
    ...(allowUnknownModel ? {} : { demandModels: (models) => demandKnown(models, io) }),
  });
  if (json) writeJson(io, done);
  else writeImported(done, io);
}

/** A misspelt model would be found out only when its predictions are asked for. Raises LOG_NOT_FOUND. */
async function demandKnown(models: readonly string[], io: Io): Promise<void> {
  const { modelsInLog } = await import('../../outcomes/models-in-log.ts');
  const log = logFolder(io);
  const logged = await noneWhere('LOG_NOT_FOUND', async () => [...(await modelsInLog(log)).keys()]);
  if (models.every((model) => logged.includes(model))) return;
  const pushed = await noneWhere('REGISTRY_NOT_FOUND', async () => {
    const summaries = await withRegistry(io, (registry) => registry.models());
    return summaries.map(({ model }) => model);
  });
  const known = [...new Set([...logged, ...pushed])];
  const unknown = models.find((model) => !known.includes(model));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const names = known.length === 0 ? 'They know none yet.' : `They know ${known.join(', ')}.`;
  throw fail('LOG_NOT_FOUND', {
    message: `Neither the log nor the registry knows the model ${JSON.stringify(unknown)}. Nothing was imported.`,
    where: log,
    hint: `${near === null ? names : `Did you mean ${JSON.stringify(near)}?`} --allow-unknown-model keeps its outcomes all the same.`,
  });
}

/** The names; none where there is nothing yet that could know any. */
async function noneWhere(code: string, names: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await names();
  } catch (thrown) {
    if (isSlipwayError(thrown) && thrown.code === code) return [];
    throw thrown;
  }
}

function writeImported({ known, outcomes, refused }: ImportedOutcomes, io: Io): void {
  if (known) {
    io.stdout.write('This file was imported before: nothing has changed.\n');
    return;
  }
  io.stdout.write(`${counted(outcomes, 'outcome')} kept.\n`);
  for (const { reason, count, firstRow } of refused) {
    io.stderr.write(`${counted(count, 'row')} left out, the first is row ${grouped(firstRow)}: ${reason}\n`);
  }
}

async function list({ json }: { readonly json?: boolean }, io: Io): Promise<void> {
  const { listImports } = await import('../../outcomes/outcome-imports.ts');
  const { listRemoved } = await import('../../outcomes/remove-import.ts');
  const folder = outcomesFolder(surroundingsOf(io));
  const imports = await listImports(folder);
  const removed = await listRemoved(folder);
  if (json) return writeJson(io, { imports, removed });
  if (imports.length === 0) io.stdout.write('No import.\n');
  else io.stdout.write(importsText(imports, io));
  for (const { id, rows, removedAt, by, why } of removed) {
    const reason = why === null ? '' : `: ${cellText(why)}`;
    io.stdout.write(
      `  removed: ${id.slice(0, 12)}, ${counted(rows, 'row')}, ${instantText(removedAt)}, by ${by}${reason}\n`,
    );
  }
}

function importsText(imports: readonly OutcomeImport[], io: Io): string {
  const cells = imports.map(({ id, at, file, models, rows }) => [
    id.slice(0, 12),
    instantText(at),
    grouped(rows),
    models.join(', '),
    file === null ? '' : cellText(relative(io.cwd, file)),
  ]);
  return tableText(['id', 'at', 'rows', 'model', 'file'], cells, styleFor(io.stdout, io.env));
}

async function remove(id: string, options: ChangeOptions, io: Io): Promise<void> {
  const { removeImport } = await import('../../outcomes/remove-import.ts');
  const { by, why } = changeOf(options, io);
  const removed = await removeImport({
    folder: outcomesFolder(surroundingsOf(io)),
    id,
    by: actorText(by),
    ...(why === undefined ? {} : { why }),
    nowMs: systemClock.wallMs(),
  });
  if (options.json) return writeJson(io, removed);
  io.stdout.write(`${counted(removed.rows, 'outcome')} of the import ${removed.id.slice(0, 12)} removed.\n`);
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
      `${counted(counts.notSampled, 'outcome')} of a prediction that the log left out: it keeps ${percent}`,
    ],
    ['perhaps not', `${counted(counts.perhapsNotSampled, 'outcome')} of a unit without a prediction in the log`],
    ['by unit', 'in a sampled log, the last prediction that was kept; an outcome that names its prediction is sure'],
  ];
  return [
    ['with an outcome', `${counted(counts.joined, 'prediction')}, ${grouped(counts.late)} of them late`],
    ['without one yet', counted(counts.withoutOutcome, 'prediction')],
    ['duplicates', `${counted(counts.duplicates, 'outcome')} with a later one that is known`],
    ['no prediction', counted(counts.withoutPrediction, 'outcome')],
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

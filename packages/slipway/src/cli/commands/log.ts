import { fail } from '@slipway/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { outcomesFolder } from '../../outcomes/outcome-files.ts';
import type { LoggedEvent, LogTable } from '../../prediction-log/read-log.ts';
import { systemClock } from '../../system/clock.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { grouped } from '../lines.ts';
import { countOption } from '../option-values.ts';
import { writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { logFolder } from './log-options.ts';

const examples = `
The log is a folder, .slipway/log by default: segments that \`serve --log\` and \`batch --log\` append to, and Parquet files by
model and day that \`compact\` makes of them. A reader sees both. A killed process loses at most the last 0.2 s of events, a
machine without power the last 1.2 s. \`compact\` also removes predictions and outcomes older than SLIPWAY_LOG_RETENTION (90d), and the oldest
days while the log is larger than SLIPWAY_LOG_BYTES_MAX (10GB): run it every hour or so. It
leaves a segment whose records do not add up, names it, and exits with 10.

Examples:
  slipway log 019ab3c4-5d6e-7f80-9a1b-2c3d4e5f6071       one prediction by its id
  slipway log --model learner-risk --since 1h --limit 20
  slipway log --sql "select context->>'cohort' cohort, count(*) from predictions group by 1"
  slipway log status
  slipway log compact
  slipway log erase --unit learner-17 --dry-run          what would go, outcomes too; without --dry-run it goes`;

const words = ['status', 'compact', 'erase'] as const;

interface Options {
  readonly log?: string;
  readonly model?: string;
  readonly since?: string;
  readonly limit: number;
  readonly sql?: string;
  readonly unit?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('[what]', 'the id of a prediction, or status, compact or erase')
    .addOption(new Option('--log <folder>', 'the folder of the log; default: .slipway/log').env('SLIPWAY_LOG'))
    .option('--model <name>', 'only predictions of this model')
    .option(
      '--since <time>',
      'only predictions of the last 30m, 1h, 7d, or since a time such as 2026-11-24T10:00Z',
      sinceOption,
    )
    .option('--limit <count>', 'the newest so many', countOption, 20)
    .option('--sql <select>', 'one SELECT over `predictions`; it can read nothing but the log')
    .option('--unit <unit>', 'erase: whose predictions and outcomes')
    .option('--dry-run', 'erase: count, and change nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((what: string | undefined, options: Options) => run(what, options, io));
}

function run(what: string | undefined, options: Options, io: Io): Promise<void> {
  if (what === 'status') return status(options, io);
  if (what === 'compact') return compact(options, io);
  if (what === 'erase') return erase(options, io);
  if (options.sql !== undefined) return sql(options.sql, options, io);
  return what === undefined ? list(options, io) : one(what, options, io);
}

async function one(id: string, options: Options, io: Io): Promise<void> {
  const { findPrediction } = await import('../../prediction-log/read-log.ts');
  const folder = logFolder(io, options.log);
  const found = await findPrediction(folder, id);
  if (found !== null) return writeJson(io, found);
  const elsewhere = 'A log in another folder is named with --log FOLDER, or by SLIPWAY_LOG.';
  const isId = /^[0-9a-f-]{36}$/.test(id);
  const hint = isId ? elsewhere : `An id is a UUID; other words are ${words.join(', ')}. ${elsewhere}`;
  const message = `The log in this folder has no prediction ${JSON.stringify(id)}.`;
  throw fail('LOG_NOT_FOUND', { message, where: folder, hint });
}

async function list({ model, since, limit, log, json }: Options, io: Io): Promise<void> {
  const { listPredictions } = await import('../../prediction-log/read-log.ts');
  const from = since === undefined ? {} : { since: instantOf(since) };
  const events = await listPredictions(logFolder(io, log), {
    ...(model === undefined ? {} : { model }),
    ...from,
    limit,
  });
  if (json) return writeJson(io, { events });
  io.stdout.write(events.length === 0 ? 'No prediction.\n' : eventsText(events, io));
}

function eventsText(events: readonly LoggedEvent[], io: Io): string {
  const rows = events.map(({ id, at, model, version, unit, outputs }) => [
    id,
    at,
    `${model} ${version}`,
    unit ?? '',
    JSON.stringify(outputs),
  ]);
  return tableText(['id', 'at', 'model', 'unit', 'outputs'], rows, styleFor(io.stdout, io.env));
}

async function sql(select: string, options: Options, io: Io): Promise<void> {
  const { queryLog } = await import('../../prediction-log/read-log.ts');
  const table = await queryLog(logFolder(io, options.log), select);
  if (options.json) return writeJson(io, rowsOf(table));
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const rows = table.rows.map((row) => row.map((value) => (value === null ? '' : text(value))));
  io.stdout.write(tableText([...table.columns], rows, styleFor(io.stdout, io.env)));
}

function rowsOf({ columns, types, rows }: LogTable): readonly unknown[] {
  const shown = (value: unknown, index: number) => (wholeTypes.has(types[index] ?? '') ? wholeNumber(value) : value);
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index] ?? '', shown(value, index)])));
}

/** Integers that may be too large for a number of JSON's readers, and come as texts: `count(*)` and sums are such. */
const wholeTypes = new Set(['BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT']);

/** A number where it is exact as one. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

async function status(options: Options, io: Io): Promise<void> {
  const { logStatus } = await import('../../prediction-log/log-status.ts');
  const found = await logStatus(logFolder(io, options.log));
  if (options.json) return writeJson(io, found);
  io.stdout.write(
    `${found.folder}\n  ${grouped(found.predictions)} predictions, ${grouped(found.bytes)} bytes, oldest ${found.oldest ?? 'none'}\n` +
      `  ${found.dayFiles} compacted files, ${found.segments} segments, ${found.openSegments} of them being written\n` +
      (found.unread > 0 ? `  ${found.unread} segments of another version of the form are not read\n` : '') +
      (found.setAside > 0 ? `  ${grouped(found.setAside)} predictions that no query can read are set aside\n` : ''),
  );
}

async function compact(options: Options, io: Io): Promise<void> {
  const { compactLog } = await import('../../prediction-log/compact-log.ts');
  const { readSettings } = await import('../../settings/read-settings.ts');
  const { inForce } = readSettings({ folder: io.cwd, env: io.env });
  const nowMs = systemClock.wallMs();
  const keepMs = Number(inForce.get('logRetention')?.value);
  const done = await compactLog({
    folder: logFolder(io, options.log),
    nowMs,
    keepMs,
    bytesMax: Number(inForce.get('logBytesMax')?.value),
    lockWaitMs: 5000,
  });
  const { retireOutcomes } = await import('../../outcomes/retire-outcomes.ts');
  const outcomes = await retireOutcomes({
    folder: outcomesFolder(surroundingsOf(io)),
    nowMs,
    keepMs,
    lockWaitMs: 5000,
  });
  if (done.kept.length > 0) io.exit(verdictExitCodes.fail);
  if (options.json) return writeJson(io, { ...done, outcomesRetired: outcomes.outcomes });
  io.stdout.write(
    `${grouped(done.records)} predictions of ${done.segments} segments are in ${done.files.length} new files.\n`,
  );
  if (done.doubles > 0) io.stdout.write(`${grouped(done.doubles)} were there already.\n`);
  if (done.erased > 0) io.stdout.write(`${grouped(done.erased)} were erased.\n`);
  if (done.setAside > 0)
    io.stderr.write(
      `${grouped(done.setAside)} can be read by no query, and are in set-aside/ as they were written; slipway log ID finds them\n`,
    );
  if (done.damaged > 0) io.stderr.write(`${grouped(done.damaged)} lines were torn or changed, and left out\n`);
  if (done.unread.length > 0)
    io.stderr.write(`${done.unread.length} segments are of another version, and left as they are\n`);
  for (const { file, reason } of done.kept) io.stderr.write(`${file} is left as it is: ${reason}\n`);
  if (done.retired.length > 0)
    io.stdout.write(`${done.retired.length} files were too old, or the log too large: removed.\n`);
  if (outcomes.outcomes > 0) io.stdout.write(`${grouped(outcomes.outcomes)} outcomes were too old: removed.\n`);
}

async function erase({ unit, model, log, dryRun, json }: Options, io: Io): Promise<void> {
  if (unit === undefined)
    throw fail('USAGE', { message: 'Whose predictions are to be erased? Give --unit.', where: 'log erase' });
  const { demandHashKey, eraseUnit } = await import('../../prediction-log/erase-unit.ts');
  const { eraseOutcomes } = await import('../../outcomes/erase-outcomes.ts');
  const folder = logFolder(io, log);
  const asked = {
    unit,
    ...(model === undefined ? {} : { model }),
    key: io.env.SLIPWAY_LOG_HASH_KEY || null,
    nowMs: systemClock.wallMs(),
    dryRun: dryRun === true,
  };
  await demandHashKey(folder, asked.key, model);
  // Outcomes first: some are known as the unit's by its predictions alone.
  const outcomes = await eraseOutcomes({ ...asked, folder: outcomesFolder(surroundingsOf(io)), log: folder });
  const done = await eraseUnit({ ...asked, folder });
  if (json) return writeJson(io, { ...done, outcomes: outcomes.outcomes });
  const verb = dryRun ? 'would be erased' : 'erased';
  io.stdout.write(`${grouped(outcomes.outcomes)} outcomes ${verb}.\n`);
  io.stdout.write(`${grouped(done.predictions)} predictions ${verb}; ${done.files} compacted files written again.\n`);
  if (done.hidden > 0) {
    const what = dryRun ? 'would be hidden at once, and go' : 'are hidden now, and go';
    io.stdout.write(
      `${grouped(done.hidden)} of them ${what} when the ${done.openSegments} segments that running processes still write are compacted.\n`,
    );
  }
  if (done.unread > 0)
    io.stderr.write(
      `${done.unread} segments are of another version: what they hold of the unit is not known, and stays\n`,
    );
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function sinceOption(text: string): string {
  if (/^\d+[smhd]$/.test(text)) return text;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('Write a time span like 30m, 1h or 7d, or a time like 2026-11-24T10:00Z.');
  }
  return new Date(text).toISOString();
}

function instantOf(since: string): string {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(since) ?? [];
  return count === undefined
    ? since
    : new Date(systemClock.wallMs() - Number(count) * (unitMs[unit] ?? 0)).toISOString();
}

import { fail, nearest } from '@slipway/core';
import { type Command, Option } from 'commander';
import { outcomesFolder } from '../../outcomes/outcome-files.ts';
import type { LoggedEvent, LogTable } from '../../prediction-log/read-log.ts';
import { systemClock } from '../../system/clock.ts';
import { counted } from '../../system/wording.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { grouped } from '../lines.ts';
import { countOption, momentOption } from '../option-values.ts';
import { writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { cellText, tableText } from '../table.ts';
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
  slipway log --sql "select context->>'cohort' cohort, count(*) n from predictions group by 1"
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
      'only predictions since then: 1h or 7d ago, a day, or a time such as 2026-11-24T10:00Z',
      momentOption,
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
  const isId = /^[0-9a-f-]{36}$/.test(id);
  if (!isId) refuseMisspelt(id);
  const { findPrediction } = await import('../../prediction-log/read-log.ts');
  const folder = logFolder(io, options.log);
  const found = await findPrediction(folder, id);
  if (found !== null) return writeJson(io, found);
  const elsewhere = 'A log in another folder is named with --log FOLDER, or by SLIPWAY_LOG.';
  const hint = isId ? elsewhere : `An id is a UUID; other words are ${words.join(', ')}. ${elsewhere}`;
  const message = `The log in this folder has no prediction ${JSON.stringify(id)}.`;
  throw fail('LOG_NOT_FOUND', { message, where: folder, hint });
}

/** `eraze` is no id that the log happens not to have. */
function refuseMisspelt(word: string): void {
  const meant = nearest(word, words);
  if (meant === null) return;
  throw fail('USAGE', {
    message: `\`slipway log\` has no ${JSON.stringify(word)}.`,
    where: 'slipway log',
    hint: `Did you mean ${meant}? \`slipway log --help\` shows its arguments.`,
  });
}

async function list({ model, since, limit, log, json }: Options, io: Io): Promise<void> {
  const { listPredictions } = await import('../../prediction-log/read-log.ts');
  const folder = logFolder(io, log);
  const events = await listPredictions(folder, {
    ...(model === undefined ? {} : { model }),
    ...(since === undefined ? {} : { since }),
    limit,
  });
  if (events.length === 0 && model !== undefined) {
    const { demandModelInLog } = await import('../../outcomes/models-in-log.ts');
    await demandModelInLog(folder, model);
  }
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
  const rows = table.rows.map((row) => row.map(cellText));
  io.stdout.write(tableText(table.columns.map(cellText), rows, styleFor(io.stdout, io.env)));
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
    `${found.folder}\n  ${counted(found.predictions, 'prediction')}, ${counted(found.bytes, 'byte')}, oldest ${found.oldest ?? 'none'}\n` +
      `  ${counted(found.dayFiles, 'compacted file')}, ${counted(found.segments, 'segment')}, ${found.openSegments} of them being written\n` +
      (found.unread > 0 ? `  not read: ${counted(found.unread, 'segment')} of another version of the form\n` : '') +
      (found.setAside > 0 ? `  set aside: ${counted(found.setAside, 'prediction')} that no query can read\n` : ''),
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
    `${counted(done.records, 'prediction')} of ${counted(done.segments, 'segment')} in ${counted(done.files.length, 'new file')}.\n`,
  );
  if (done.doubles > 0) io.stdout.write(`there already: ${counted(done.doubles, 'prediction')}\n`);
  if (done.erased > 0) io.stdout.write(`erased: ${counted(done.erased, 'prediction')}\n`);
  if (done.setAside > 0)
    io.stderr.write(
      `set aside: ${counted(done.setAside, 'prediction')} that no query can read, in set-aside/ as written; slipway log ID finds them\n`,
    );
  if (done.damaged > 0) io.stderr.write(`left out: ${counted(done.damaged, 'line')} torn or changed\n`);
  if (done.unread.length > 0)
    io.stderr.write(`left as they are: ${counted(done.unread.length, 'segment')} of another version\n`);
  for (const { file, reason } of done.kept) io.stderr.write(`${file} is left as it is: ${reason}\n`);
  if (done.retired.length > 0)
    io.stdout.write(`${counted(done.retired.length, 'file')} removed: too old, or the log too large.\n`);
  if (outcomes.outcomes > 0) io.stdout.write(`${counted(outcomes.outcomes, 'outcome')} removed: too old.\n`);
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
  await demandHashKey({ ...asked, folder });
  // Outcomes first: some are known as the unit's by its predictions alone.
  const outcomes = await eraseOutcomes({ ...asked, folder: outcomesFolder(surroundingsOf(io)), log: folder });
  const done = await eraseUnit({ ...asked, folder });
  if (json) return writeJson(io, { ...done, outcomes: outcomes.outcomes });
  const verb = dryRun ? 'would be erased' : 'erased';
  io.stdout.write(`${counted(outcomes.outcomes, 'outcome')} ${verb}.\n`);
  io.stdout.write(
    `${counted(done.predictions, 'prediction')} ${verb}; ${counted(done.files, 'compacted file')} written again.\n`,
  );
  if (done.hidden > 0) {
    const what = dryRun ? 'would be hidden at once' : 'hidden now';
    io.stdout.write(
      `${grouped(done.hidden)} of them ${what}, and gone after the compaction of ${counted(done.openSegments, 'segment')} that running processes still write.\n`,
    );
  }
  const { countKeys } = await import('../../prediction-log/key-check.ts');
  const keys = await countKeys(folder);
  if (keys > 1) {
    io.stderr.write(`The log was written under ${keys} keys: what was hashed under another than the one set stays.\n`);
  }
  if (done.unread > 0)
    io.stderr.write(
      `${counted(done.unread, 'segment')} of another version: what stands there of the unit is not known, and stays\n`,
    );
}

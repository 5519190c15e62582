import { fail } from '@slipway/core';
import { counted } from '../system/wording.ts';
import { recover } from './change-files.ts';
import { compactAll } from './compact-log.ts';
import { isErasedBy } from './erased-record.ts';
import { type Erasure, erasedBy, makeErasure, recordErasure } from './erasures.ts';
import { mayBeKeyOf } from './key-check.ts';
import { openLogEngine, segmentsQuery, sqlText } from './log-engine.ts';
import { isReadable, type LogPlaces, listSegments, logPlaces } from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { keyedHash } from './policy.ts';
import { queryLog } from './read-log.ts';
import { leaveReadingFolder, readingFolder } from './reading-folder.ts';
import { rewriteFiles } from './rewrite-files.ts';
import { recordsAside } from './set-aside.ts';

/** Whose predictions, in which log. */
export interface Whose {
  readonly folder: string;
  readonly unit: string;
  /** Undefined: of every model. */
  readonly model?: string;
  /** The key under which units are hashed; null where none are. */
  readonly key: string | null;
}

export interface EraseOptions extends Whose {
  readonly nowMs: number;
  readonly dryRun: boolean;
  readonly lockWaitMs?: number;
}

export interface Erased {
  readonly predictions: number;
  /** Compacted files, and files set aside, that were written again, or removed. */
  readonly files: number;
  /** Predictions of the unit in segments that running processes still write: hidden now, gone when those are compacted. */
  readonly hidden: number;
  /** The segments that hold them. */
  readonly openSegments: number;
  /** Segments of another version of the form: what they hold of the unit is not known, and stays. */
  readonly unread: number;
}

/**
 * Takes every prediction of a unit out of the log, also where the unit was hashed. Raises SETTINGS_INVALID where the log
 * holds hashed units and no key is there to know this one by.
 */
export async function eraseUnit(options: EraseOptions): Promise<Erased> {
  const { folder, unit, key, nowMs } = options;
  const places = logPlaces(folder);
  const forms = key === null ? [unit] : [unit, keyedHash(key)(unit)];
  // What is in the log now is of the unit whatever its time says: the clock of who logged it may be ahead.
  const all = makeErasure(forms, options.model ?? null, endOfTime);
  await demandHashKey(options);
  const aside = await recordsAside(places);
  const predictions =
    (await countWhere(folder, erasedBy(all))) + aside.filter((record) => isErasedBy(all, record)).length;
  if (options.dryRun) return { predictions, files: 0, ...(await stillWritten(places, all)) };
  return withLogLock(places, options.lockWaitMs ?? 10_000, async () => {
    await recover(places);
    const erasure = { ...all, at: new Date(await untilMs(places, all, nowMs)).toISOString() };
    recordErasure(places, erasure);
    await compactAll(places, nowMs);
    const files = await rewriteFiles(places, all);
    return { predictions, files, ...(await stillWritten(places, erasure)) };
  });
}

/** Of a record of the log no time is later. */
const endOfTime = '9999-12-31T23:59:59.999Z';

/**
 * Until which time the predictions of open segments, and those that are on their way to them, are erased: until now, and
 * until the newest of the unit there. What the unit has in files that are whole is erased whatever its time.
 */
async function untilMs(places: LogPlaces, all: Erasure, nowMs: number): Promise<number> {
  const newest = await overOpenSegments(places, 'epoch_ms(max(predicted_at))::DOUBLE', erasedBy(all));
  return Math.max(nowMs, ...newest.filter((ms) => ms !== null));
}

/**
 * Raises SETTINGS_INVALID where the log holds hashed units, and there is no key to tell by whose they are, or one that
 * the log does not remember and that finds nothing of this unit.
 */
export async function demandHashKey({ folder, unit, model, key }: Whose): Promise<void> {
  const ofModel = model === undefined ? '' : ` AND model = ${sqlText(model)}`;
  if (key !== null) {
    if (await mayBeKeyOf(logPlaces(folder), key)) return;
    // Under a key that an earlier release hashed with, and did not remember.
    const isFound = `unit = ${sqlText(keyedHash(key)(unit))}${ofModel}`;
    if ((await countWhere(folder, isFound)) > 0) return;
  }
  const isHashed = `list_contains(hashed, 'unit')${ofModel}`;
  const aside = (await recordsAside(logPlaces(folder))).filter(
    (record) => record?.hashed?.includes('unit') && (model === undefined || record.model === model),
  );
  const hashed = (await countWhere(folder, isHashed)) + aside.length;
  if (hashed === 0) return;
  const lack =
    key === null
      ? 'there is no key'
      : 'the key that is set is none of those that the log was written under, so it cannot help';
  throw fail('SETTINGS_INVALID', {
    message: `The log holds ${counted(hashed, 'prediction')} whose unit is hashed, and ${lack} to tell whether they are of this one. Nothing was erased.`,
    where: `SLIPWAY_LOG_HASH_KEY, for ${folder}`,
    hint: 'Set SLIPWAY_LOG_HASH_KEY, or SLIPWAY_LOG_HASH_KEY_FILE, to the key that the predictions were logged under.',
  });
}

async function countWhere(folder: string, condition: string): Promise<number> {
  const { rows } = await queryLog(folder, `SELECT count(*)::DOUBLE FROM predictions WHERE ${condition}`);
  return Number(rows[0]?.[0] ?? 0);
}

/** What of the unit stands in segments of running processes. */
async function stillWritten(places: LogPlaces, erasure: Erasure) {
  const unread = (await listSegments(places)).filter((segment) => !isReadable(segment)).length;
  const counts = await overOpenSegments(places, 'count(*)::DOUBLE', erasedBy(erasure));
  const hidden = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  return { hidden, openSegments: counts.filter((count) => (count ?? 0) > 0).length, unread };
}

/** One number of each segment that a running process writes; null where there is none. */
async function overOpenSegments(places: LogPlaces, what: string, where: string): Promise<readonly (number | null)[]> {
  const open = (await listSegments(places)).filter((segment) => segment.open && isReadable(segment));
  if (open.length === 0) return [];
  const spill = await readingFolder(places);
  const { connection, close } = await openLogEngine(spill);
  try {
    const numbers: (number | null)[] = [];
    for (const { file } of open) {
      const query = `SELECT ${what} FROM (${segmentsQuery([file])}) WHERE ${where}`;
      // Sealed meanwhile: compacted next, without the unit.
      const read = await connection.runAndReadAll(query).catch(() => null);
      const value = read?.getRowsJson()[0]?.[0] ?? null;
      numbers.push(value === null ? null : Number(value));
    }
    return numbers;
  } finally {
    close();
    await leaveReadingFolder(spill);
  }
}

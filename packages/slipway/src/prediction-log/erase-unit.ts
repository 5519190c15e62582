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
  const erasure = makeErasure(forms, options.model ?? null, new Date(nowMs).toISOString());
  await demandHashKey(options);
  const aside = await recordsAside(places);
  const predictions =
    (await countWhere(folder, erasedBy(erasure))) + aside.filter((record) => isErasedBy(erasure, record)).length;
  if (options.dryRun) return { predictions, files: 0, ...(await stillWritten(places, erasure)) };
  return withLogLock(places, options.lockWaitMs ?? 10_000, async () => {
    await recover(places);
    recordErasure(places, erasure);
    await compactAll(places, nowMs);
    const files = await rewriteFiles(places, erasure);
    return { predictions, files, ...(await stillWritten(places, erasure)) };
  });
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
  const segments = await listSegments(places);
  const open = segments.filter((segment) => segment.open && isReadable(segment));
  const unread = segments.filter((segment) => !isReadable(segment)).length;
  if (open.length === 0) return { hidden: 0, openSegments: 0, unread };
  const spill = await readingFolder(places);
  const { connection, close } = await openLogEngine(spill);
  try {
    let hidden = 0;
    let openSegments = 0;
    for (const { file } of open) {
      const query = `SELECT count(*)::DOUBLE FROM (${segmentsQuery([file])}) WHERE ${erasedBy(erasure)}`;
      // Sealed meanwhile: compacted next, without the unit.
      const read = await connection.runAndReadAll(query).catch(() => null);
      const count = Number(read?.getRowsJson()[0]?.[0] ?? 0);
      hidden += count;
      openSegments += count > 0 ? 1 : 0;
    }
    return { hidden, openSegments, unread };
  } finally {
    close();
    await leaveReadingFolder(spill);
  }
}

import { fail } from '@slipway/core';
import { recover } from './change-files.ts';
import { compactAll } from './compact-log.ts';
import { isErasedBy } from './erased-record.ts';
import { type Erasure, erasedBy, makeErasure, recordErasure } from './erasures.ts';
import { openLogEngine, segmentsQuery, sqlText } from './log-engine.ts';
import { isReadable, type LogPlaces, listSegments, logPlaces } from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { keyedHash } from './policy.ts';
import { queryLog } from './read-log.ts';
import { leaveReadingFolder, readingFolder } from './reading-folder.ts';
import { rewriteFiles } from './rewrite-files.ts';
import { listSetAside, recordOf, wholeLines } from './set-aside.ts';

export interface EraseOptions {
  readonly folder: string;
  readonly unit: string;
  /** Undefined: of every model. */
  readonly model?: string;
  /** The key under which units are hashed; null where none are. */
  readonly key: string | null;
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
  await demandHashKey(folder, key, options.model);
  const counted = await queryLog(folder, `SELECT count(*)::DOUBLE FROM predictions WHERE ${erasedBy(erasure)}`);
  const aside = await recordsAside(places);
  const predictions = Number(counted.rows[0]?.[0] ?? 0) + aside.filter((record) => isErasedBy(erasure, record)).length;
  if (options.dryRun) return { predictions, files: 0, ...(await stillWritten(places, erasure)) };
  return withLogLock(places, options.lockWaitMs ?? 10_000, async () => {
    await recover(places);
    recordErasure(places, erasure);
    await compactAll(places, nowMs);
    const files = await rewriteFiles(places, erasure);
    return { predictions, files, ...(await stillWritten(places, erasure)) };
  });
}

/** Raises SETTINGS_INVALID where the log holds hashed units, and there is no key to tell by whose they are. */
export async function demandHashKey(folder: string, key: string | null, model?: string): Promise<void> {
  if (key !== null) return;
  const ofModel = model === undefined ? '' : ` AND model = ${sqlText(model)}`;
  const isHashed = `list_contains(hashed, 'unit')${ofModel}`;
  const { rows } = await queryLog(folder, `SELECT count(*)::DOUBLE FROM predictions WHERE ${isHashed}`);
  const aside = (await recordsAside(logPlaces(folder))).filter(
    (record) => record?.hashed?.includes('unit') && (model === undefined || record.model === model),
  );
  const hashed = Number(rows[0]?.[0] ?? 0) + aside.length;
  if (hashed === 0) return;
  throw fail('SETTINGS_INVALID', {
    message: `The log holds ${hashed} predictions whose unit is hashed, and there is no key to tell by whether they are of this one. Nothing was erased.`,
    where: `SLIPWAY_LOG_HASH_KEY, for ${folder}`,
    hint: 'Set SLIPWAY_LOG_HASH_KEY, or SLIPWAY_LOG_HASH_KEY_FILE, to the key that the predictions were logged under.',
  });
}

/** What no query reads. */
async function recordsAside(places: LogPlaces) {
  const records = [];
  for (const { file } of await listSetAside(places)) records.push(...(await wholeLines(file)).map(recordOf));
  return records;
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

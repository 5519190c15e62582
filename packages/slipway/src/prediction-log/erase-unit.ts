import { join } from 'node:path';
import { recover } from './change-files.ts';
import { compactAll } from './compact-log.ts';
import { demandHashKey, type Whose } from './demand-hash-key.ts';
import { makeErasure, recordErasure } from './erasures.ts';
import { findWritten, type Written } from './find-written.ts';
import { tellingFailures } from './log-failure.ts';
import { countForeign, type LogPlaces, logPlaces } from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { queryLog } from './read-log.ts';
import { rewriteFiles } from './rewrite-files.ts';
import { recordsAside } from './set-aside.ts';
import { isOfUnit, ofUnit, type UnitForms, unitForms } from './unit-forms.ts';

export interface EraseOptions extends Whose {
  readonly nowMs: number;
  readonly dryRun: boolean;
  readonly lockWaitMs?: number;
}

export interface Erased {
  /** Those that were taken out and those that are hidden, each once. */
  readonly predictions: number;
  /** Compacted files, and files set aside, that were written again, or removed. */
  readonly files: number;
  /** Predictions of the unit in segments that running processes still write: hidden now, gone when those are compacted. */
  readonly hidden: number;
  /** The segments that hold them. */
  readonly openSegments: number;
  /** Predictions of the unit in segments that could not be compacted: hidden now, and there until they can. */
  readonly kept: number;
  readonly keptSegments: number;
  /** Segments of another version of the form: what they hold of the unit is not known, and stays. */
  readonly unread: number;
  /** Whole records that are no JSON: whose they are is not known, and they stay. */
  readonly unknown: number;
  /** Parquet files in folders that are none of the log: they are not read, and stay. */
  readonly foreign: number;
}

/**
 * Takes every prediction of a unit out that is in the log when it is erased, also where the unit was hashed, whatever
 * times the predictions carry; those that are written later stay. Raises SETTINGS_INVALID where the log holds hashed units
 * and no key is there to know this one by, and what a compaction raises.
 */
export async function eraseUnit(options: EraseOptions): Promise<Erased> {
  const places = logPlaces(options.folder);
  const unit = unitForms(options.unit, options.model ?? null, options.key);
  await demandHashKey(options);
  if (options.dryRun) return foreseen(places, unit);
  const erase = () => tellingFailures(places, 'erased from', () => eraseNow(places, unit, options.nowMs));
  return withLogLock(places, options.lockWaitMs ?? 10_000, erase);
}

/** What is decided is whole: before its change no compacted row is gone, and after it none is left. */
async function eraseNow(places: LogPlaces, unit: UnitForms, nowMs: number): Promise<Erased> {
  await recover(places);
  const compacted = await compactAll(places, nowMs);
  const kept = new Set(compacted.kept.map(({ file }) => join(places.folder, file)));
  // After the compaction, so that all that is not in compacted files is in these segments, and nothing moves meanwhile.
  const written = await findWritten(places, unit, kept);
  const at = new Date(nowMs).toISOString();
  if (written.ids.length > 0) recordErasure(places, makeErasure(written, unit.model, at));
  const taken = await rewriteFiles(places, unit);
  if (written.ids.length === 0) recordErasure(places, { at, model: unit.model, retired: at });
  return {
    ...(await countsOf(places, written)),
    predictions: taken.rows + written.ids.length,
    files: taken.files,
  };
}

async function foreseen(places: LogPlaces, unit: UnitForms): Promise<Erased> {
  const query = `SELECT count(DISTINCT id)::DOUBLE FROM predictions WHERE ${ofUnit(unit)}`;
  const { rows } = await queryLog(places.folder, query);
  const aside = (await recordsAside(places)).filter((record) => isOfUnit(unit, record));
  const written = await findWritten(places, unit, new Set());
  return {
    ...(await countsOf(places, written)),
    predictions: Number(rows[0]?.[0] ?? 0) + aside.length,
    files: 0,
  };
}

async function countsOf(places: LogPlaces, { ids: _, segments: __, ...counts }: Written) {
  const unknown = counts.unknown + (await recordsAside(places)).filter((record) => record === null).length;
  return { ...counts, unknown, foreign: await countForeign(places) };
}

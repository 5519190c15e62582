import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fail } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import { type Change, carryOut, recover } from './change-files.ts';
import { compactAll } from './compact-log.ts';
import { erasedBy, makeErasure, recordErasure } from './erasures.ts';
import { dayFilesQuery, openLogEngine, sqlText } from './log-engine.ts';
import { type LogPlaces, listDayFiles, listSegments, logPlaces } from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { keyedHash } from './policy.ts';
import { queryLog } from './read-log.ts';

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
  /** Compacted files that were written again, or removed. */
  readonly files: number;
  /** Segments that running processes still write: what they hold of the unit is hidden now, and goes when they are compacted. */
  readonly openSegments: number;
}

/** Takes every prediction of a unit out of the log, also where the unit was hashed. */
export async function eraseUnit(options: EraseOptions): Promise<Erased> {
  const { folder, unit, key, nowMs } = options;
  const places = logPlaces(folder);
  const forms = key === null ? [unit] : [unit, keyedHash(key)(unit)];
  const erasure = makeErasure(forms, options.model ?? null, new Date(nowMs).toISOString());
  const counted = await queryLog(folder, `SELECT count(*)::INTEGER FROM predictions WHERE ${erasedBy(erasure)}`);
  const predictions = Number(counted.rows[0]?.[0] ?? 0);
  if (options.dryRun) return { predictions, files: 0, openSegments: await openSegments(places) };
  return withLogLock(places, options.lockWaitMs ?? 10_000, async () => {
    await recover(places);
    recordErasure(places, erasure);
    await compactAll(places, nowMs, 512 * 1024 * 1024);
    const files = await rewriteFiles(places, erasedBy(erasure));
    return { predictions, files, openSegments: await openSegments(places) };
  });
}

async function openSegments(places: LogPlaces): Promise<number> {
  return (await listSegments(places)).filter(({ open }) => open).length;
}

/** Writes each compacted file that holds such rows again without them, and puts all in place at once. */
async function rewriteFiles(places: LogPlaces, condition: string): Promise<number> {
  const staging = join(places.staging, randomBytes(6).toString('hex'));
  await makeFolder(staging);
  const engine = await openLogEngine(join(places.staging, 'spill'));
  const adds: { from: string; to: string }[] = [];
  const removes: string[] = [];
  const count = async (file: string, where: string) => {
    const read = await engine.connection.runAndReadAll(
      `SELECT count(*)::INTEGER FROM (${dayFilesQuery([file])}) WHERE ${where}`,
    );
    return Number(read.getRowsJson()[0]?.[0]);
  };
  try {
    for (const { file } of await listDayFiles(places)) {
      if ((await count(file, condition).catch((cause) => unreadable(file, cause))) === 0) continue;
      removes.push(file);
      if ((await count(file, `NOT ${condition}`)) === 0) continue;
      const from = join(staging, `${removes.length}.parquet`);
      const rows = `SELECT * FROM (${dayFilesQuery([file])}) WHERE NOT ${condition}`;
      await engine.connection.run(`COPY (${rows}) TO ${sqlText(from)} (FORMAT parquet, COMPRESSION zstd)`);
      adds.push({ from, to: join(dirname(file), `${randomBytes(8).toString('hex')}.parquet`) });
    }
  } finally {
    engine.close();
  }
  const change: Change = { adds, removes };
  await carryOut(places, change);
  return removes.length;
}

function unreadable(file: string, cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw fail('LOG_CORRUPT', { message: `A compacted file cannot be read: ${reason}`, where: file, cause });
}

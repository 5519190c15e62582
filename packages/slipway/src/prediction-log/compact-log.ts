import { randomBytes } from 'node:crypto';
import { rename, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeFolder } from '../system/make-folder.ts';
import { carryOut, recover } from './change-files.ts';
import { checkSegment } from './check-segment.ts';
import { notErased, readErasures } from './erasures.ts';
import { dayFilesQuery, openLogEngine, segmentsQuery, sqlText } from './log-engine.ts';
import {
  dayFileOf,
  isReadable,
  type LogPlaces,
  listDayFiles,
  listSegments,
  logPlaces,
  namesIn,
  openEnding,
  ownHost,
  type SegmentName,
} from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { retire } from './retention.ts';

export interface CompactOptions {
  readonly folder: string;
  readonly nowMs: number;
  /** Days whose last moment is older are removed; null keeps all. */
  readonly keepMs: number | null;
  /** The oldest days go while the log is larger; null: no bound. */
  readonly bytesMax: number | null;
  readonly lockWaitMs?: number;
  /** Bytes of segments that are compacted at once: what bounds memory and time until the next commit. */
  readonly roundBytesMax?: number;
}

export interface Compacted {
  readonly segments: number;
  readonly records: number;
  /** Records that were left out because one of their id was there. */
  readonly doubles: number;
  /** Lines that were no whole record. */
  readonly damaged: number;
  readonly files: readonly string[];
  /** Segments of another version of the form, left as they are. */
  readonly unread: readonly string[];
  /** Compacted files that retention removed. */
  readonly retired: readonly string[];
}

/** Turns what processes have written into Parquet by model and day, and lets retention take what is due. */
export async function compactLog(options: CompactOptions): Promise<Compacted> {
  const places = logPlaces(options.folder);
  return withLogLock(places, options.lockWaitMs ?? 0, async () => {
    await recover(places);
    const done = await compactAll(places, options.nowMs, options.roundBytesMax ?? 512 * 1024 * 1024);
    return { ...done, retired: await retire(places, options) };
  });
}

/** Only for who holds the lock, after `recover`. */
export async function compactAll(
  places: LogPlaces,
  nowMs: number,
  roundBytesMax: number,
): Promise<Omit<Compacted, 'retired'>> {
  const { ready, unread } = await takeSegments(places, nowMs);
  const sum = { segments: 0, records: 0, doubles: 0, damaged: 0, files: [] as string[], unread };
  if (ready.length === 0) return sum;
  const engine = await openLogEngine(join(places.staging, 'spill'));
  try {
    for (const round of await roundsOf(ready, roundBytesMax)) {
      const part = await compactRound(places, engine.connection, round);
      sum.segments += round.length;
      sum.records += part.records;
      sum.doubles += part.doubles;
      sum.damaged += part.damaged;
      sum.files.push(...part.files);
    }
  } finally {
    engine.close();
  }
  return sum;
}

/** The segments that no process writes any more; those of dead processes become such. */
async function takeSegments(
  places: LogPlaces,
  nowMs: number,
): Promise<{ readonly ready: readonly string[]; readonly unread: readonly string[] }> {
  const ready: string[] = [];
  const unread: string[] = [];
  for (const segment of await listSegments(places)) {
    if (!isReadable(segment)) unread.push(segment.file);
    else if (!segment.open) ready.push(segment.file);
    else if (await isLeft(segment, nowMs)) {
      const sealed = segment.file.slice(0, -openEnding.length);
      const taken = await rename(segment.file, sealed).then(
        () => true,
        () => false,
      );
      if (taken) ready.push(sealed);
    }
  }
  return { ready, unread };
}

/** Twice the time after which a living process starts a new segment. */
const leftAfterMs = 1_200_000;

async function isLeft({ file, host, pid }: SegmentName, nowMs: number): Promise<boolean> {
  const written = await stat(file).catch(() => null);
  if (written === null) return false;
  // Of this host the process itself tells: a clock that jumps, or a machine that slept, makes no living one a dead one.
  if (host === ownHost()) return !isAlive(pid);
  return nowMs - written.mtimeMs > leftAfterMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function roundsOf(files: readonly string[], bytesMax: number): Promise<readonly (readonly string[])[]> {
  const rounds: string[][] = [[]];
  let bytes = 0;
  for (const file of files) {
    const { size } = await stat(file);
    if (bytes > 0 && bytes + size > bytesMax) {
      rounds.push([]);
      bytes = 0;
    }
    (rounds.at(-1) as string[]).push(file);
    bytes += size;
  }
  return rounds;
}

async function compactRound(places: LogPlaces, connection: DuckDBConnection, segments: readonly string[]) {
  const staging = join(places.staging, randomBytes(6).toString('hex'));
  await makeFolder(staging);
  const { files, damaged, records, mayDouble } = await wholeSegments(segments, staging);
  const earlier = await earlierFiles(places, connection, files);
  const out = join(staging, 'out');
  const written = files.length === 0 ? 0 : await writeDays(connection, { places, files, earlier, mayDouble, out });
  const name = `${randomBytes(8).toString('hex')}.parquet`;
  const made = (await namesIn(out, { deep: true })).flatMap((path, index) => {
    const from = join(out, path);
    if (dayFileOf(from) === null) return [];
    return [{ from, to: join(places.predictions, dirname(path), `${index}-${name}`) }];
  });
  await carryOut(places, { adds: made, removes: segments });
  const kept = made.map(({ to }) => relative(places.folder, to));
  return { records: written, doubles: records - written, damaged, files: kept };
}

/** Every segment checked; of damaged ones a copy with their whole records. */
async function wholeSegments(segments: readonly string[], staging: string) {
  const keys: number[][] = [[]];
  const onKey = (key: number) => {
    let last = keys.at(-1) as number[];
    if (last.length === 100_000) {
      last = [];
      keys.push(last);
    }
    last.push(key);
  };
  const files: string[] = [];
  const sum = { records: 0, damaged: 0 };
  for (const [index, file] of segments.entries()) {
    const check = await checkSegment(file, onKey);
    sum.records += check.records;
    sum.damaged += check.damaged;
    if (check.records === 0) continue;
    const copy = join(staging, `${index}.ndjson`);
    if (check.damaged > 0) await checkSegment(file, () => {}, copy);
    files.push(check.damaged > 0 ? copy : file);
  }
  return { ...sum, files, mayDouble: hasEqual(keys) };
}

/** Exact where it answers false; a chance in ten thousand of a needless true for a million ids. */
function hasEqual(keys: readonly (readonly number[])[]): boolean {
  const all = Float64Array.from(keys.flat()).sort();
  return all.some((key, index) => index > 0 && key === all[index - 1]);
}

/** Compacted files of the days that the segments tell of. */
async function earlierFiles(places: LogPlaces, connection: DuckDBConnection, files: readonly string[]) {
  const all = await listDayFiles(places);
  if (all.length === 0 || files.length === 0) return [];
  const query = `SELECT DISTINCT strftime(predicted_at, '%Y-%m-%d') FROM (${segmentsQuery(files)})`;
  const days = new Set((await connection.runAndReadAll(query)).getRowsJson().map(([day]) => String(day)));
  return all.filter(({ day }) => days.has(day)).map(({ file }) => file);
}

interface Days {
  readonly places: LogPlaces;
  readonly files: readonly string[];
  readonly earlier: readonly string[];
  readonly mayDouble: boolean;
  readonly out: string;
}

/** Writes `model=M/day=D/*.parquet` below `out`; answers how many rows. */
async function writeDays(connection: DuckDBConnection, days: Days): Promise<number> {
  const { places, files, earlier, mayDouble, out } = days;
  const conditions = [notErased(readErasures(places))];
  if (earlier.length > 0) conditions.push(`id NOT IN (SELECT id FROM (${dayFilesQuery(earlier)}))`);
  const once = mayDouble ? 'QUALIFY row_number() OVER (PARTITION BY id) = 1' : '';
  const rows = `SELECT *, strftime(predicted_at, '%Y-%m-%d') AS day FROM (${segmentsQuery(files)}) WHERE ${conditions.join(' AND ')} ${once}`;
  const copied = await connection.run(
    `COPY (${rows}) TO ${sqlText(out)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (model, day), WRITE_PARTITION_COLUMNS true, FILENAME_PATTERN 'part-{i}')`,
  );
  return copied.rowsChanged;
}

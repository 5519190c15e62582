import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { makeFolder } from '../system/make-folder.ts';
import { accountFor, reasonToKeep, type SegmentAccounts } from './account-segments.ts';
import { carryOut, recover } from './change-files.ts';
import { checkSegment } from './check-segment.ts';
import { notErased, readErasures } from './erasures.ts';
import { dayFilesQuery, openLogEngine, segmentsQuery, sqlText } from './log-engine.ts';
import { dayFileOf, type LogPlaces, listDayFiles, logPlaces, namesIn } from './log-files.ts';
import { withLogLock } from './log-lock.ts';
import { retire } from './retention.ts';
import { retireErasures } from './retire-erasures.ts';
import { setAsideFiles } from './set-aside.ts';
import { takeSegments } from './take-segments.ts';

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

/** Every whole record of the segments is one of `records`, `doubles`, `erased` and `setAside`. */
export interface Compacted {
  readonly segments: number;
  readonly records: number;
  /** Records that were left out because one of their id was there. */
  readonly doubles: number;
  /** Records that an erasure took. */
  readonly erased: number;
  /** Records that no query can read: kept in `set-aside/`, where `slipway log ID` finds them. */
  readonly setAside: number;
  /** Lines that were no whole record. */
  readonly damaged: number;
  readonly files: readonly string[];
  /** Segments of another version of the form, left as they are. */
  readonly unread: readonly string[];
  /** Segments whose records do not add up or cannot be written: left as they are, and nothing of them compacted. */
  readonly kept: readonly KeptSegment[];
  /** Compacted files, and files set aside, that retention removed. */
  readonly retired: readonly string[];
}

export interface KeptSegment {
  readonly file: string;
  readonly reason: string;
}

type Round = Omit<Compacted, 'retired' | 'unread'>;

/** Turns what processes have written into Parquet by model and day, and lets retention take what is due. */
export async function compactLog(options: CompactOptions): Promise<Compacted> {
  const places = logPlaces(options.folder);
  return withLogLock(places, options.lockWaitMs ?? 0, async () => {
    await recover(places);
    const done = await compactAll(places, options.nowMs, options.roundBytesMax);
    await retireErasures(places, options.nowMs);
    return { ...done, retired: await retire(places, options) };
  });
}

/** Only for who holds the lock, after `recover`. */
export async function compactAll(
  places: LogPlaces,
  nowMs: number,
  roundBytesMax = 512 * 1024 * 1024,
): Promise<Omit<Compacted, 'retired'>> {
  const { ready, unread } = await takeSegments(places);
  if (ready.length === 0) return { ...nothing, unread };
  const engine = await openLogEngine(join(places.staging, 'spill'));
  try {
    let sum = nothing;
    for (const round of await roundsOf(ready, roundBytesMax)) {
      sum = added(sum, await compactRound({ places, connection: engine.connection, nowMs }, round));
    }
    return { ...sum, unread };
  } finally {
    engine.close();
  }
}

const nothing: Round = { segments: 0, records: 0, doubles: 0, erased: 0, setAside: 0, damaged: 0, files: [], kept: [] };

function added(a: Round, b: Round): Round {
  return {
    segments: a.segments + b.segments,
    records: a.records + b.records,
    doubles: a.doubles + b.doubles,
    erased: a.erased + b.erased,
    setAside: a.setAside + b.setAside,
    damaged: a.damaged + b.damaged,
    files: [...a.files, ...b.files],
    kept: [...a.kept, ...b.kept],
  };
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

interface Compaction {
  readonly places: LogPlaces;
  readonly connection: DuckDBConnection;
  readonly nowMs: number;
}

/**
 * Compacts segments with one change. Segments go only where every whole record of them is accounted for; where that is
 * not so, each is tried alone, and the one that does not add up is kept.
 */
async function compactRound(compaction: Compaction, segments: readonly string[]): Promise<Round> {
  const { places } = compaction;
  const staging = join(places.staging, randomBytes(6).toString('hex'));
  await makeFolder(staging);
  const written = await writeRound(compaction, segments, staging).catch((cause: Error) => cause.message);
  if (typeof written !== 'string') {
    const { adds, ...round } = written;
    await carryOut(places, { adds, removes: segments });
    return { ...round, segments: segments.length, files: adds.map(({ to }) => relative(places.folder, to)), kept: [] };
  }
  const [only = ''] = segments;
  if (segments.length === 1) return { ...nothing, kept: [{ file: relative(places.folder, only), reason: written }] };
  let sum = nothing;
  for (const segment of segments) sum = added(sum, await compactRound(compaction, [segment]));
  return sum;
}

/** Writes what is to come of segments, below `staging`; answers with why not, where their records do not add up. */
async function writeRound({ places, connection, nowMs }: Compaction, segments: readonly string[], staging: string) {
  const { files, damaged, records, mayDouble } = await wholeSegments(segments, staging);
  const earlier = await earlierFiles(places, connection, files);
  const out = join(staging, 'out');
  const condition = notErased(readErasures(places));
  const written = files.length === 0 ? 0 : await writeDays(connection, { files, earlier, mayDouble, out, condition });
  const accounts =
    written === records
      ? allWritten(records)
      : await accountFor(connection, { files, records, earlier, notErased: condition, staging });
  const made = await madeFiles(places, out);
  const reason = reasonToKeep(accounts, { written, records }, made.strange);
  if (reason !== null) return reason;
  const { doubles, erased, refused } = accounts;
  const adds = [...made.adds, ...(await setAsideFiles(places, refused, nowMs, staging))];
  return { adds, records: written, doubles, erased, setAside: refused.length, damaged };
}

function allWritten(records: number): SegmentAccounts {
  return { rows: records, doubles: 0, erased: 0, refused: [] };
}

/** What the engine has written, with where it belongs; `strange` is what belongs nowhere. */
async function madeFiles(places: LogPlaces, out: string) {
  const adds: { from: string; to: string }[] = [];
  const strange: string[] = [];
  const name = `${randomBytes(8).toString('hex')}.parquet`;
  for (const path of await namesIn(out, { deep: true })) {
    if (!path.endsWith('.parquet')) continue;
    const from = join(out, path);
    if (dayFileOf(from) === null) strange.push(path);
    else adds.push({ from, to: join(places.predictions, dirname(path), `${adds.length}-${name}`) });
  }
  return { adds, strange };
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
  readonly files: readonly string[];
  readonly earlier: readonly string[];
  readonly mayDouble: boolean;
  readonly out: string;
  /** True of rows that no erasure takes. */
  readonly condition: string;
}

/** Writes `model=M/day=D/*.parquet` below `out`; answers how many rows. */
async function writeDays(connection: DuckDBConnection, days: Days): Promise<number> {
  const { files, earlier, mayDouble, out, condition } = days;
  const conditions = [condition];
  if (earlier.length > 0) conditions.push(`id NOT IN (SELECT id FROM (${dayFilesQuery(earlier)}))`);
  const once = mayDouble ? 'QUALIFY row_number() OVER (PARTITION BY id) = 1' : '';
  const rows = `SELECT *, strftime(predicted_at, '%Y-%m-%d') AS day FROM (${segmentsQuery(files)}) WHERE ${conditions.join(' AND ')} ${once}`;
  const copied = await connection.run(
    `COPY (${rows}) TO ${sqlText(out)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (model, day), WRITE_PARTITION_COLUMNS true, FILENAME_PATTERN 'part-{i}')`,
  );
  return copied.rowsChanged;
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ownPlace, ownProcess } from '../system/process-mark.ts';

/** Where everything of a log folder is. */
export interface LogPlaces {
  readonly folder: string;
  /** Segments, as processes write them. */
  readonly segments: string;
  /** `model=M/day=YYYY-MM-DD/*.parquet` */
  readonly predictions: string;
  /** Files that are being made; nobody reads them until a change says so. */
  readonly staging: string;
  /** Changes that are decided, and are being carried out. */
  readonly changes: string;
  /** Records that the engine of queries cannot read, as they were written: `YYYY-MM-DD-*.ndjson`, by the day they came. */
  readonly setAside: string;
  /** What readers need for a while, each in a folder of its own. */
  readonly reading: string;
  readonly erasures: string;
  /** Since when the clock of compactions is far ahead of the newest prediction. */
  readonly doubt: string;
  readonly lock: string;
}

export function logPlaces(folder: string): LogPlaces {
  const at = (name: string) => join(folder, name);
  return {
    folder,
    segments: at('segments'),
    predictions: at('predictions'),
    staging: at('staging'),
    changes: at('changes'),
    setAside: at('set-aside'),
    reading: at('reading'),
    erasures: at('erasures.ndjson'),
    doubt: at('clock-doubt.json'),
    lock: at('lock.db'),
  };
}

/** The version of the form of segments that this Slipway writes and reads. */
const segmentVersion = 1;
export const openEnding = '.open';

export interface SegmentName {
  readonly file: string;
  /** When its process began it, by that process' clock: `20261124T101500000Z`. */
  readonly begun: string;
  /** The machine and container of its process, and the process, as process-mark.ts names them. */
  readonly place: string;
  readonly process: string;
  readonly version: number;
  /** Its process still writes it, or ended without a word. */
  readonly open: boolean;
}

/** A name of this process' own: no other process writes to it, and no clock need be right. */
export function segmentName(wallMs: number, token: string, sequence: number): string {
  return `${segmentTime(wallMs)}_${ownPlace()}_${ownProcess()}_${token}-${sequence}.v${segmentVersion}.ndjson`;
}

/** A time as names of segments have it, in the order of time. */
function segmentTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replaceAll(/[-:.]/g, '');
}

export async function listSegments({ segments }: LogPlaces): Promise<readonly SegmentName[]> {
  const names = await namesIn(segments);
  return names.flatMap((name) => {
    const form = /^([^_]+)_([^_]+)_(\d+(?:-\d+)?)_[^_]+\.v(\d+)\.ndjson(\.open)?$/;
    const [, begun, place, process, version, open] = form.exec(name) ?? [];
    if (begun === undefined || place === undefined || process === undefined) return [];
    const file = join(segments, name);
    return [{ file, begun, place, process, version: Number(version), open: open !== undefined }];
  });
}

/** The path of a segment when nobody writes it any more. */
export function sealedName(file: string): string {
  return file.endsWith(openEnding) ? file.slice(0, -openEnding.length) : file;
}

export function isReadable({ version }: SegmentName): boolean {
  return version === segmentVersion;
}

export interface DayFile {
  readonly file: string;
  readonly model: string;
  /** `2026-11-24` */
  readonly day: string;
}

/** The compacted files, oldest day first. */
export async function listDayFiles({ predictions }: LogPlaces): Promise<readonly DayFile[]> {
  const found: DayFile[] = [];
  for (const name of await namesIn(predictions, { deep: true })) {
    const day = dayFileOf(join(predictions, name));
    if (day !== null) found.push(day);
  }
  return found.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** What the path of a compacted file says; null where it is none. */
export function dayFileOf(file: string): DayFile | null {
  const [, folder, day] = /model=([^/\\]+)[/\\]day=(\d{4}-\d{2}-\d{2})[/\\][^/\\]+\.parquet$/.exec(file) ?? [];
  const model = folder === undefined ? null : decoded(folder);
  return model === null || day === undefined ? null : { file, model, day };
}

/** Null of what no compaction writes: `%zz`. */
function decoded(folder: string): string | null {
  try {
    return decodeURIComponent(folder);
  } catch {
    return null;
  }
}

/** How many Parquet files stand among the compacted ones and are none, by their path: nobody reads them. */
export async function countForeign({ predictions }: LogPlaces): Promise<number> {
  const names = await namesIn(predictions, { deep: true });
  return names.filter((name) => name.endsWith('.parquet') && dayFileOf(join(predictions, name)) === null).length;
}

/** In the order of names; none where the folder is not there. */
export async function namesIn(folder: string, { deep = false } = {}): Promise<readonly string[]> {
  try {
    return (await readdir(folder, { recursive: deep })).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

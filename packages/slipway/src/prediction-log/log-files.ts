import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

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
  readonly erasures: string;
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
    erasures: at('erasures.ndjson'),
    lock: at('lock.db'),
  };
}

/** The version of the form of segments that this Slipway writes and reads. */
const segmentVersion = 1;
export const openEnding = '.open';

export interface SegmentName {
  readonly file: string;
  readonly host: string;
  readonly pid: number;
  readonly version: number;
  /** Its process still writes it, or ended without a word. */
  readonly open: boolean;
}

/** A name of this process' own: no other process writes to it, and no clock need be right. */
export function segmentName(wallMs: number, token: string, sequence: number): string {
  const time = new Date(wallMs).toISOString().replaceAll(/[-:.]/g, '');
  return `${time}_${ownHost()}_${process.pid}_${token}-${sequence}.v${segmentVersion}.ndjson`;
}

export function ownHost(): string {
  return hostname().replaceAll(/[^A-Za-z0-9-]/g, '-') || 'host';
}

export async function listSegments({ segments }: LogPlaces): Promise<readonly SegmentName[]> {
  const names = await namesIn(segments);
  return names.flatMap((name) => {
    const [, host, pid, version, open] = /^[^_]+_([^_]+)_(\d+)_[^_]+\.v(\d+)\.ndjson(\.open)?$/.exec(name) ?? [];
    if (host === undefined) return [];
    const file = join(segments, name);
    return [{ file, host, pid: Number(pid), version: Number(version), open: open !== undefined }];
  });
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
  const [, model, day] = /model=([^/\\]+)[/\\]day=(\d{4}-\d{2}-\d{2})[/\\][^/\\]+\.parquet$/.exec(file) ?? [];
  return model === undefined || day === undefined ? null : { file, model: decodeURIComponent(model), day };
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

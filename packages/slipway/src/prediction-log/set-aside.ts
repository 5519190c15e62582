import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail, type PredictionEvent } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import { isErasedBy } from './erased-record.ts';
import type { Erasure } from './erasures.ts';
import { type LogPlaces, namesIn } from './log-files.ts';
import type { LogMarks } from './log-marks.ts';
import { isWholeRecord } from './record-line.ts';

/** Whole records that the engine of queries cannot read. Found by id; not in queries, and not in Parquet. */
export interface SetAsideFile {
  readonly file: string;
  /** `2026-11-24`: when it was set aside. */
  readonly day: string;
}

export async function listSetAside({ setAside }: LogPlaces): Promise<readonly SetAsideFile[]> {
  return (await namesIn(setAside)).flatMap((name) => {
    const [, day] = /^(\d{4}-\d{2}-\d{2})-[^/\\]+\.ndjson$/.exec(name) ?? [];
    return day === undefined ? [] : [{ file: join(setAside, name), day }];
  });
}

/** The files of a change that sets lines aside; none for none. Files of one change share its `staging`. */
export async function setAsideFiles(places: LogPlaces, lines: readonly Buffer[], nowMs: number, staging: string) {
  if (lines.length === 0) return [];
  await makeFolder(staging);
  const token = randomBytes(8).toString('hex');
  const from = join(staging, `${token}.aside`);
  await writeFile(from, Buffer.concat(lines));
  return [{ from, to: join(places.setAside, `${new Date(nowMs).toISOString().slice(0, 10)}-${token}.ndjson`) }];
}

export async function countSetAside(places: LogPlaces): Promise<number> {
  let count = 0;
  for (const { file } of await listSetAside(places)) count += (await wholeLines(file)).length;
  return count;
}

/**
 * A prediction by its id in files of records, read one by one; null where none has it, or it is erased. Raises
 * LOG_CORRUPT where the record is there and is no JSON.
 */
export async function findLine(
  files: readonly string[],
  id: string,
  erasures: readonly Erasure[],
): Promise<(PredictionEvent & LogMarks) | null> {
  const needle = Buffer.from(`"id":${JSON.stringify(id)}`);
  for (const file of files) {
    const line = (await wholeLines(file)).find((one) => one.includes(needle));
    if (line === undefined) continue;
    const { check: _, ...event } = parsed(line, file);
    if (event.id === id && !erasures.some((erasure) => isErasedBy(erasure, event))) return event;
  }
  return null;
}

/** What is left of files that were set aside when an erasure takes its lines: a change, and how many lines go. */
export async function withoutErased(places: LogPlaces, erasure: Erasure, staging: string) {
  const adds: { from: string; to: string }[] = [];
  const removes: string[] = [];
  let erased = 0;
  for (const { file, day } of await listSetAside(places)) {
    const lines = await wholeLines(file);
    const kept = lines.filter((line) => !isErasedBy(erasure, recordOf(line)));
    if (kept.length === lines.length) continue;
    erased += lines.length - kept.length;
    removes.push(file);
    adds.push(...(await setAsideFiles(places, kept, Date.parse(day), staging)));
  }
  return { adds, removes, erased };
}

/** Every record that was set aside; null of one that is no JSON. */
export async function recordsAside(places: LogPlaces) {
  const records = [];
  for (const { file } of await listSetAside(places)) records.push(...(await wholeLines(file)).map(recordOf));
  return records;
}

/** The lines of a file that are whole records, each with its newline; none where the file is gone. */
export async function wholeLines(file: string): Promise<readonly Buffer[]> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return Buffer.alloc(0);
    throw cause;
  });
  const lines: Buffer[] = [];
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) return lines;
    if (isWholeRecord(bytes, start, end)) lines.push(bytes.subarray(start, end + 1));
    start = end + 1;
  }
}

/** The record of a line; null where it is no JSON. */
export function recordOf(line: Buffer): (PredictionEvent & LogMarks & { readonly check: string }) | null {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}

function parsed(line: Buffer, file: string) {
  const record = recordOf(line);
  if (record !== null) return record;
  throw fail('LOG_CORRUPT', {
    message: `The record of this id is no JSON; it is in ${basename(file)} as it was written.`,
    where: file,
  });
}

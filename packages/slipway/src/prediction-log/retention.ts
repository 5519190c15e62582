import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { carryOut } from './change-files.ts';
import { type DayFile, type LogPlaces, listDayFiles } from './log-files.ts';
import { listSetAside } from './set-aside.ts';

export interface Retention {
  readonly nowMs: number;
  readonly keepMs: number | null;
  readonly bytesMax: number | null;
}

const dayMs = 86_400_000;

/** Removes the days that are too old, then the oldest compacted ones while all together are too large. Answers which. */
export async function retire(places: LogPlaces, retention: Retention): Promise<readonly string[]> {
  const files = await listDayFiles(places);
  const aside = await listSetAside(places);
  const newest = [...files, ...aside].reduce((day, file) => (file.day > day ? file.day : day), '');
  const trustedMs = newest === '' ? retention.nowMs : await trustedTime(places, retention.nowMs, newest);
  const isOld = ({ day }: { readonly day: string }) =>
    retention.keepMs !== null && Date.parse(day) + dayMs < trustedMs - retention.keepMs;
  const sized = await Promise.all(files.map(async (file) => ({ ...file, bytes: (await stat(file.file)).size })));
  const removes = [...dueFor(sized, isOld, retention.bytesMax), ...aside.filter(isOld)].map(({ file }) => file);
  await carryOut(places, { adds: [], removes });
  return removes.map((file) => relative(places.folder, file));
}

/**
 * The time that ages are told by: now, but no more than a day after the day of the newest prediction, so that a clock that
 * jumped ahead removes nothing. A log that nothing comes to any more still ends: a clock that is ahead at two compactions
 * a day apart is right.
 */
async function trustedTime(places: LogPlaces, nowMs: number, newestDay: string): Promise<number> {
  const boundMs = Date.parse(newestDay) + 2 * dayMs;
  if (nowMs <= boundMs) {
    await rm(places.doubt, { force: true });
    return nowMs;
  }
  const sinceMs = await doubtedSince(places);
  if (sinceMs !== null && sinceMs <= nowMs) return nowMs - sinceMs >= dayMs ? nowMs : boundMs;
  await writeFile(places.doubt, JSON.stringify({ sinceMs: nowMs }));
  return boundMs;
}

async function doubtedSince({ doubt }: LogPlaces): Promise<number | null> {
  try {
    const { sinceMs } = JSON.parse(await readFile(doubt, 'utf8')) as { readonly sinceMs?: unknown };
    return typeof sinceMs === 'number' ? sinceMs : null;
  } catch {
    // None, or one that a crash tore.
    return null;
  }
}

function dueFor<T extends DayFile & { readonly bytes: number }>(
  files: readonly T[],
  isOld: (file: T) => boolean,
  bytesMax: number | null,
): readonly T[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return files.filter((file) => {
    const isDue = isOld(file) || (bytesMax !== null && bytes > bytesMax);
    if (isDue) bytes -= file.bytes;
    return isDue;
  });
}

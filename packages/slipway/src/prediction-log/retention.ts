import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { carryOut } from './change-files.ts';
import { type DayFile, type LogPlaces, listDayFiles } from './log-files.ts';

export interface Retention {
  readonly nowMs: number;
  readonly keepMs: number | null;
  readonly bytesMax: number | null;
}

const dayMs = 86_400_000;

/** Removes the compacted days that are too old, then the oldest while all together are too large. Answers which. */
export async function retire(places: LogPlaces, retention: Retention): Promise<readonly string[]> {
  const files = await listDayFiles(places);
  const sized = await Promise.all(files.map(async (file) => ({ ...file, bytes: (await stat(file.file)).size })));
  const removes = dueFor(sized, retention).map(({ file }) => file);
  await carryOut(places, { adds: [], removes });
  return removes.map((file) => relative(places.folder, file));
}

function dueFor<T extends DayFile & { readonly bytes: number }>(
  files: readonly T[],
  { nowMs, keepMs, bytesMax }: Retention,
): readonly T[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return files.filter((file) => {
    const isOld = keepMs !== null && Date.parse(file.day) + dayMs < nowMs - keepMs;
    const isTooMuch = bytesMax !== null && bytes > bytesMax;
    if (isOld || isTooMuch) bytes -= file.bytes;
    return isOld || isTooMuch;
  });
}

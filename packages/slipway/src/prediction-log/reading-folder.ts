import { randomBytes } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownPlace, ownProcess } from '../system/process-mark.ts';
import { type LogPlaces, namesIn } from './log-files.ts';

/** A folder of this reader's own, made when the engine needs it: no compaction clears it away under a living reader. */
export function readingFolder({ reading }: LogPlaces): string {
  return join(reading, `${ownPlace()}_${ownProcess()}_${randomBytes(6).toString('hex')}`);
}

/** What the engine left of it. */
export async function leaveReadingFolder({ reading }: LogPlaces, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  // Only where it is empty; others may read meanwhile.
  await rmdir(reading).catch(() => {});
}

/** Clears away what readers of this place left when they were killed. */
export async function clearReading({ reading }: LogPlaces): Promise<void> {
  for (const name of await namesIn(reading)) {
    const [place, reader = ''] = name.split('_');
    if (place === ownPlace() && !isAlive(reader)) await rm(join(reading, name), { recursive: true, force: true });
  }
}

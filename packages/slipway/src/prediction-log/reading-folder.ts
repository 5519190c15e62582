import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../system/make-folder.ts';
import { isAlive, ownPlace, ownProcess } from '../system/process-mark.ts';
import { type LogPlaces, namesIn } from './log-files.ts';

/**
 * A folder of this reader's own, which the engine makes where it needs one: no compaction clears it away under a living
 * reader. A log that cannot be written is read without.
 */
export async function readingFolder({ reading }: LogPlaces): Promise<string> {
  // The engine makes no folder in one that is not there.
  await makeFolder(reading).catch(() => {});
  return join(reading, `${ownPlace()}_${ownProcess()}_${randomBytes(6).toString('hex')}`);
}

/** What the engine left of it. */
export async function leaveReadingFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

const dayMs = 86_400_000;

/** Clears away what readers left when they were killed; of other places, what is a day old. Only for who holds the lock. */
export async function clearReading({ reading }: LogPlaces): Promise<void> {
  for (const name of await namesIn(reading)) {
    const path = join(reading, name);
    const [place, reader = ''] = name.split('_');
    const isLeft = place === ownPlace() ? !isAlive(reader) : await isOld(path);
    if (isLeft) await rm(path, { recursive: true, force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > dayMs;
}

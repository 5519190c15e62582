import { createHmac } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../system/make-folder.ts';
import { syncFolder } from '../system/sync-path.ts';
import { type LogPlaces, logPlaces, namesIn } from './log-files.ts';

/**
 * Remembers beside the segments that units are hashed under this key: a file named by 64 bits of the HMAC of a
 * constant. It tells whoever may guess keys no more than the hashed units do. Any number of processes may do so at once.
 */
export async function rememberKey(places: LogPlaces, key: string): Promise<void> {
  const folder = keysFolder(places);
  await makeFolder(folder);
  const file = await open(join(folder, checkOf(key)), 'a');
  await file.close();
  await syncFolder(folder);
}

/** False where the log remembers keys and this is none of them; a log of an earlier release remembers none. */
export async function mayBeKeyOf(places: LogPlaces, key: string): Promise<boolean> {
  const checks = await checksIn(places);
  return checks.length === 0 || checks.includes(checkOf(key));
}

/** How many keys the log remembers. */
export async function countKeys(folder: string): Promise<number> {
  return (await checksIn(logPlaces(folder))).length;
}

async function checksIn(places: LogPlaces): Promise<readonly string[]> {
  return (await namesIn(keysFolder(places))).filter((name) => /^[0-9a-f]{16}$/.test(name));
}

function keysFolder({ folder }: LogPlaces): string {
  return join(folder, 'hash-keys');
}

function checkOf(key: string): string {
  return createHmac('sha256', key).update('slipway prediction log: check of the key').digest('hex').slice(0, 16);
}

import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fail } from '@slipway/core';
import { isThere } from '../system/is-there.ts';
import { makeFolder } from '../system/make-folder.ts';
import { syncFolder, syncFoldersUp, syncPath } from '../system/sync-path.ts';
import { type LogPlaces, namesIn } from './log-files.ts';
import { clearReading } from './reading-folder.ts';

/** Files that take the place of others, all or none of them. Paths are absolute. */
export interface Change {
  readonly adds: readonly { readonly from: string; readonly to: string }[];
  readonly removes: readonly string[];
}

/**
 * Carries a change out so that a kill at any moment leaves it done or not begun: the new files and their names are on the
 * disk first, then one rename decides, and what is left to do stands in the decided file until it is done. Whoever holds the lock
 * next finishes it; who reads meanwhile takes it as done.
 */
export async function carryOut(places: LogPlaces, change: Change): Promise<void> {
  if (change.adds.length + change.removes.length === 0) return;
  for (const { from } of change.adds) await syncPath(from);
  await syncFoldersUp(
    change.adds.map(({ from }) => dirname(from)),
    places.folder,
  );
  await makeFolder(places.changes);
  const id = randomBytes(8).toString('hex');
  const draft = join(places.changes, `${id}.draft`);
  const decided = join(places.changes, `${id}.json`);
  const short = (path: string) => relative(places.folder, path);
  const handle = await open(draft, 'wx');
  await handle.writeFile(
    JSON.stringify({
      adds: change.adds.map(({ from, to }) => ({ from: short(from), to: short(to) })),
      removes: change.removes.map(short),
    }),
  );
  await handle.sync();
  await handle.close();
  await rename(draft, decided);
  await syncFoldersUp([places.changes], places.folder);
  await finish(places, change, decided);
}

/**
 * Finishes what was decided, and clears away what was not. Only for who holds the lock. Raises LOG_CORRUPT, and removes
 * nothing, where a decided change lacks a file.
 */
export async function recover(places: LogPlaces): Promise<void> {
  for (const { change, decided } of await pending(places)) await finish(places, change, decided);
  for (const name of await namesIn(places.changes)) {
    if (name.endsWith('.draft')) await rm(join(places.changes, name), { force: true });
  }
  await rm(places.staging, { recursive: true, force: true });
  await clearReading(places);
}

/** What is decided and may not be done yet. */
export async function pending(
  places: LogPlaces,
): Promise<readonly { readonly change: Change; readonly decided: string }[]> {
  const found: { change: Change; decided: string }[] = [];
  const full = (path: string) => join(places.folder, path);
  for (const name of await namesIn(places.changes)) {
    if (!name.endsWith('.json')) continue;
    const decided = join(places.changes, name);
    const text = await readFile(decided, 'utf8').catch(absent);
    if (text === null) continue;
    const { adds, removes } = JSON.parse(text) as Change;
    found.push({
      decided,
      change: {
        adds: adds.map(({ from, to }) => ({ from: full(from), to: full(to) })),
        removes: removes.map(full),
      },
    });
  }
  return found;
}

async function finish(places: LogPlaces, { adds, removes }: Change, decided: string): Promise<void> {
  for (const { from, to } of adds) {
    await makeFolder(dirname(to));
    await rename(from, to).catch(async (cause: NodeJS.ErrnoException) => {
      // Not there: an earlier attempt had come so far.
      if (absent(cause) === null && (await isThere(to))) return;
      throw fail('LOG_CORRUPT', {
        message: `A change was decided whose file is gone: neither ${from} nor ${to} is there. Nothing was removed.`,
        where: decided,
        hint: 'Bring the file back, or delete this change: what it was to take the place of is as it was then.',
      });
    });
  }
  await syncFoldersUp(
    adds.map(({ to }) => dirname(to)),
    places.folder,
  );
  // Only now, when the disk has every new file under its own name.
  for (const path of removes) await unlink(path).catch(absent);
  for (const folder of new Set(removes.map((path) => dirname(path)))) await syncFolder(folder).catch(absent);
  await unlink(decided).catch(absent);
}

function absent(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null;
  throw cause;
}

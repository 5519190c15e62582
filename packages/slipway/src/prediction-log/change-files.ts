import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { makeFolder } from '../system/make-folder.ts';
import { type LogPlaces, namesIn } from './log-files.ts';
import { syncFolder, syncPath } from './sync-folder.ts';

/** Files that take the place of others, all or none of them. Paths are absolute. */
export interface Change {
  readonly adds: readonly { readonly from: string; readonly to: string }[];
  readonly removes: readonly string[];
}

/**
 * Carries a change out so that a kill at any moment leaves it done or not begun: the new files are on the disk first,
 * then one rename decides, and what is left to do stands in the decided file until it is done. Whoever holds the lock
 * next finishes it; who reads meanwhile takes it as done.
 */
export async function carryOut(places: LogPlaces, change: Change): Promise<void> {
  if (change.adds.length + change.removes.length === 0) return;
  for (const { from } of change.adds) await syncPath(from);
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
  await syncFolder(places.changes);
  await finish(change, decided);
}

/** Finishes what was decided, and clears away what was not. Only for who holds the lock. */
export async function recover(places: LogPlaces): Promise<void> {
  for (const { change, decided } of await pending(places)) await finish(change, decided);
  for (const name of await namesIn(places.changes)) {
    if (name.endsWith('.draft')) await rm(join(places.changes, name), { force: true });
  }
  await rm(places.staging, { recursive: true, force: true });
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

async function finish({ adds, removes }: Change, decided: string): Promise<void> {
  const folders = new Set<string>();
  for (const { from, to } of adds) {
    await makeFolder(dirname(to));
    // Not there: an earlier attempt had come so far.
    await rename(from, to).catch(absent);
    folders.add(dirname(to));
  }
  for (const folder of folders) await syncFolder(folder);
  for (const path of removes) {
    await unlink(path).catch(absent);
    folders.add(dirname(path));
  }
  for (const folder of folders) await syncFolder(folder).catch(absent);
  await unlink(decided).catch(absent);
}

function absent(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null;
  throw cause;
}

import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownPlace, ownProcess } from '../../system/process-mark.ts';

const draftForm = /^(.+)\.(\d+(?:-\d+)?)\.[0-9a-f-]{36}\.part$/;

/** Of a machine or container that nobody asks: a draft that has not grown for a day is left over. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Place and process stand in the name, so that others can tell whether its writer is still alive. */
export function draftName(): string {
  return `${ownPlace()}.${ownProcess()}.${randomUUID()}.part`;
}

/**
 * Removes drafts of writers that were killed; of places that nobody can ask, those that have not grown since `beforeMs`:
 * for a day, if left out. Answers how many. Trouble with it is none of the writer's: never fails.
 */
export async function removeDrafts(folder: string, beforeMs = Date.now() - abandonedMs): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  let removed = 0;
  for (const name of names) {
    const [, place, writer] = draftForm.exec(name) ?? [];
    if (place === undefined || writer === undefined) continue;
    const path = join(folder, name);
    const isLeft = place === ownPlace() ? !isAlive(writer) : await isOlder(path, beforeMs);
    if (!isLeft) continue;
    removed += await rm(path, { force: true }).then(
      () => 1,
      () => 0,
    );
  }
  return removed;
}

async function isOlder(path: string, beforeMs: number): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info !== null && info.mtimeMs < beforeMs;
}

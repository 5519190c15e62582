import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const draftForm = /^(.+)\.(\d+)\.[0-9a-f-]{36}\.part$/;

/** Of a machine that nobody asks: a draft that has not grown for a day is left over. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Machine and process stand in the name, so that others can tell whether its writer is still alive. */
export function draftName(): string {
  return `${hostname()}.${process.pid}.${randomUUID()}.part`;
}

/** Removes drafts of writers that were killed. Trouble with it is none of the writer's: never fails. */
export async function removeDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, host, pid] = draftForm.exec(name) ?? [];
    if (host === undefined || pid === undefined) continue;
    const path = join(folder, name);
    const isLeft = host === hostname() ? !isAlive(Number(pid)) : await isOld(path);
    if (isLeft) await rm(path, { force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOld(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > abandonedMs;
}

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isThere } from './is-there.ts';

/**
 * Makes a folder and those above it that lack, one level at a time. Answers the outermost that was made, or undefined
 * where the path was there. Node's own recursive `mkdir` never ends where a file system answers "no such file" for a
 * new folder in one that is there, as /proc does; this one passes that error on.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await isThere(path)) return undefined;
  const outermost = await makeFolder(dirname(path));
  await mkdir(path).catch((cause: NodeJS.ErrnoException) => {
    // Somebody else was faster.
    if (cause.code !== 'EEXIST') throw cause;
  });
  return outermost ?? path;
}

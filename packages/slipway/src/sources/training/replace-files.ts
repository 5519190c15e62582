import { access, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@slipway/core';
import { makeFolder } from '../../system/make-folder.ts';

/**
 * Lets `write` fill a folder beside the target's files and then moves them into place, the one that names the others
 * (`last`) at the end: a run that fails leaves the target as it was. Answers the names of the files.
 */
export async function replaceFiles(
  target: string,
  last: string,
  write: (folder: string) => Promise<void>,
): Promise<string[]> {
  const made = await makeFolder(target).catch(notWritable(target));
  const folder = await mkdtemp(join(target, '.slipway-')).catch(notWritable(target));
  try {
    await write(folder);
    const names = (await readdir(folder)).sort((a, b) => Number(a === last) - Number(b === last) || (a < b ? -1 : 1));
    for (const name of names) await rename(join(folder, name), join(target, name)).catch(notWritable(target));
    return names;
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    // A folder that was made for this run goes again; one that others use stays.
    if (made !== undefined) await rmdir(target).catch(() => {});
    throw thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Raises FILE_EXISTS when any of the files is there. */
export async function refuseExisting(target: string, names: readonly string[]): Promise<void> {
  const found: string[] = [];
  for (const name of names) {
    const there = await access(join(target, name)).then(
      () => true,
      () => false,
    );
    if (there) found.push(name);
  }
  if (found.length === 0) return;
  const message = `${found.length === 1 ? 'There is' : 'There are'} already ${found.join(', ')}.`;
  throw fail('FILE_EXISTS', { message, where: target });
}

function notWritable(where: string): (cause: unknown) => never {
  return (cause) => {
    const message = `The files cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw fail('OUTPUT_NOT_WRITABLE', { message, where, cause });
  };
}

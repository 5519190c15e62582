import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '@slipway/core';

/** A file that appears whole or not at all. */
export interface StagedFile {
  /** Where it grows: in the folder of its place, so that the last step is one rename. */
  readonly path: string;
  /** Writes it, at first empty, so that trouble shows before the work. Raises OUTPUT_NOT_WRITABLE. */
  write(text: string): Promise<void>;
  /** Flushes it to the disk and puts it in its place, over a file that is there. Raises OUTPUT_NOT_WRITABLE. */
  commit(): Promise<void>;
  /** Removes what there is of it; never fails. */
  discard(): Promise<void>;
}

/** `.scored.csv.slipway-4711-output.part` grows for `scored.csv` in the process 4711. */
export function stagedFile(target: string, purpose: string): StagedFile {
  const path = join(dirname(target), `.${basename(target)}.slipway-${process.pid}-${purpose}.part`);
  return {
    path,
    async write(text) {
      await writable(target, writeFile(path, text));
    },
    async commit() {
      await writable(target, flushToDisk(path));
      await writable(target, rename(path, target));
      await flushToDisk(dirname(target)).catch(() => {});
    },
    async discard() {
      await rm(path, { recursive: true, force: true }).catch(() => {});
    },
  };
}

/** Removes what runs for the same target left behind that were killed. Runs that are alive keep theirs. */
export async function removeLeftovers(target: string): Promise<void> {
  const prefix = `.${basename(target)}.slipway-`;
  const names = await readdir(dirname(target)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(prefix) ? /^(\d+)-\w+\.part$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

/** Raises OUTPUT_NOT_WRITABLE unless the folder of a target is there, and OUTPUT_EXISTS where the target is a folder. */
export async function checkTarget(target: string): Promise<void> {
  const folder = await stat(dirname(target)).catch(() => null);
  if (folder === null || !folder.isDirectory()) {
    throw fail('OUTPUT_NOT_WRITABLE', { message: 'The folder of the output is not there.', where: dirname(target) });
  }
  const there = await stat(target).catch(() => null);
  if (there?.isDirectory()) throw fail('OUTPUT_EXISTS', { message: 'The output path is a folder.', where: target });
}

async function writable(target: string, step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw fail('OUTPUT_NOT_WRITABLE', { message: `The file cannot be written: ${reason}.`, where: target, cause });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function flushToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

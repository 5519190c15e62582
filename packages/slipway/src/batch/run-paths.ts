import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '@slipway/core';
import type { BatchOptions } from './batch-options.ts';
import { type BatchFile, batchFile } from './file-format.ts';
import { checkTarget } from './staging.ts';

/** Where a run reads and writes. */
export interface RunPaths {
  readonly input: BatchFile;
  readonly inputBytes: number;
  readonly output: BatchFile;
  readonly quarantine: string;
  readonly record: string;
}

/** The paths that a run is asked to use; `events` is the file that its sink writes to, where it does. */
export type AskedPaths = Pick<BatchOptions, 'input' | 'output' | 'quarantine' | 'record'> & {
  readonly events?: string | undefined;
  /** Files that the model is made of: a run reads them, and must not write over them. */
  readonly modelFiles?: readonly string[];
};

/**
 * The paths of a run, checked before anything is read: the input is a file with content, and nothing is written over it.
 * Raises INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_FORMAT, OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE.
 */
export async function runPaths(options: AskedPaths): Promise<RunPaths> {
  const input = batchFile(resolve(options.input));
  const output = batchFile(resolve(options.output));
  const quarantine = resolve(options.quarantine ?? `${options.output}.quarantine.ndjson`);
  const record = resolve(options.record ?? `${options.output}.run.json`);
  const inputBytes = await checkInput(input.path);
  const targets = [output.path, quarantine, record];
  const written = options.events === undefined ? targets : [...targets, resolve(options.events)];
  for (const target of targets) await checkTarget(target);
  for (const target of written) {
    if (await isSameFile(input.path, target)) {
      throw fail('OUTPUT_EXISTS', { message: 'The run would write over its input.', where: target });
    }
    for (const file of options.modelFiles ?? []) {
      if (await isSameFile(file, target)) {
        throw fail('OUTPUT_EXISTS', { message: 'The run would write over a file of its model.', where: target });
      }
    }
  }
  const twice = await repeated(written);
  if (twice !== undefined) {
    throw fail('OUTPUT_EXISTS', { message: 'Two files of the run have the same path.', where: twice });
  }
  if (!/\.(ndjson|jsonl)$/i.test(quarantine)) {
    throw fail('INPUT_FORMAT', {
      message: 'The quarantine file is NDJSON, and its name does not say so.',
      where: quarantine,
      hint: 'End it in .ndjson.',
    });
  }
  return { input, inputBytes, output, quarantine, record };
}

async function checkInput(path: string): Promise<number> {
  const info = await stat(path).catch((cause: unknown) => {
    throw fail('INPUT_NOT_FOUND', { message: 'There is no input file at this path.', where: path, cause });
  });
  if (!info.isFile()) throw fail('INPUT_NOT_FOUND', { message: 'The input is not a file.', where: path });
  if (info.size === 0) throw fail('INPUT_EMPTY', { message: 'The input file is empty.', where: path });
  return info.size;
}

/** The first path that leads to the same file as one before it. */
async function repeated(paths: readonly string[]): Promise<string | undefined> {
  const real = await Promise.all(paths.map(realPath));
  return paths.find((_, index) => real.indexOf(real[index] as string) !== index);
}

/** Links are seen through, also where only the folder is there yet. */
async function realPath(path: string): Promise<string> {
  const folder = () => realpath(dirname(path)).then((real) => join(real, basename(path)));
  return realpath(path)
    .catch(folder)
    .catch(() => path);
}

/** By device and inode, so that links are seen through. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => null)));
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}

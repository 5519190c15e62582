import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
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

/**
 * The paths of a run, checked before anything is read: the input is a file with content, and nothing is written over it.
 * Raises INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_FORMAT, OUTPUT_EXISTS, OUTPUT_NOT_WRITABLE.
 */
export async function runPaths(options: BatchOptions): Promise<RunPaths> {
  const input = batchFile(resolve(options.input));
  const output = batchFile(resolve(options.output));
  const quarantine = resolve(options.quarantine ?? `${options.output}.quarantine.ndjson`);
  const record = resolve(options.record ?? `${options.output}.run.json`);
  const inputBytes = await checkInput(input.path);
  const targets = [output.path, quarantine, record];
  for (const target of targets) {
    await checkTarget(target);
    if (await isSameFile(input.path, target)) {
      throw fail('OUTPUT_EXISTS', { message: 'The run would write over its input.', where: target });
    }
  }
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
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

/** By device and inode, so that links are seen through. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true }).catch(() => null)]);
  return b !== null && a.dev === b.dev && a.ino === b.ino;
}

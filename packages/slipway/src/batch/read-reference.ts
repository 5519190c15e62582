import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseReference, type Reference } from '@slipway/core';
import type { BatchModel } from './batch-options.ts';

/** The reference that the launch file names; null where it names none, or where the file is not there. */
export async function readReference({ launch, launchPath }: BatchModel): Promise<Reference | null> {
  const named = launch.monitoring?.reference ?? null;
  if (named === null) return null;
  const path = resolve(dirname(launchPath), named);
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseReference(text, path);
}

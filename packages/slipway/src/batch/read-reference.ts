import { readFile } from 'node:fs/promises';
import { parseReference, type Reference } from '@slipway/core';
import type { BatchModel } from './batch-options.ts';

/** The reference that the launch file names; null where it names none, or where the file is not there. */
export async function readReference({ files }: BatchModel): Promise<Reference | null> {
  const path = files.reference;
  if (path === null) return null;
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseReference(text, path);
}

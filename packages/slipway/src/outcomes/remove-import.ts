import { randomBytes } from 'node:crypto';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '@slipway/core';
import { syncFolder, syncPath } from '../system/sync-path.ts';
import { changeOutcomes, draftEnding, notWritable, outcomeFile } from './outcome-files.ts';
import { listImports, type OutcomeImport } from './outcome-imports.ts';

export interface RemoveImportOptions {
  /** Where outcomes are kept. */
  readonly folder: string;
  /** The id of the import, or its first characters, eight at least. */
  readonly id: string;
  readonly by: string;
  readonly why?: string;
  readonly nowMs: number;
  readonly lockWaitMs?: number;
}

/** A line of the history: an import that was taken back, by whom and when. It says nothing of any unit. */
export interface RemovedImport extends OutcomeImport {
  readonly removedAt: string;
  readonly by: string;
  readonly why: string | null;
}

/**
 * Takes one import back. The history says so first and then its file goes, each on the disk before the next: a kill
 * leaves the import whole or gone, and the same call again finishes it. The same file can be imported again after.
 * Raises LOG_NOT_FOUND, USAGE where several imports begin with the id, LOG_BUSY, LOG_CORRUPT, OUTPUT_NOT_WRITABLE.
 */
export async function removeImport(options: RemoveImportOptions): Promise<RemovedImport> {
  const { folder, by, why = null, nowMs } = options;
  demandOne(await listImports(folder), options);
  return changeOutcomes(
    folder,
    async () => {
      const found = demandOne(await listImports(folder), options);
      const removed = { ...found, removedAt: new Date(nowMs).toISOString(), by, why };
      const earlier = await readHistory(folder);
      try {
        await writeHistory(folder, [...earlier, removed]);
        await unlink(outcomeFile(folder, found.id));
        await syncFolder(folder);
      } catch (cause) {
        throw notWritable(folder, cause);
      }
      return removed;
    },
    options.lockWaitMs,
  );
}

/** The imports that were taken back and are not kept again, oldest first. */
export async function listRemoved(folder: string): Promise<readonly RemovedImport[]> {
  const kept = new Set((await listImports(folder)).map(({ id }) => id));
  // A removal that was killed and asked for again has two lines: the later one counts.
  const last = new Map((await readHistory(folder)).map((line) => [line.id, line]));
  return [...last.values()].filter(({ id }) => !kept.has(id));
}

const shortestId = 8;

function demandOne(imports: readonly OutcomeImport[], { folder, id }: RemoveImportOptions): OutcomeImport {
  const meant = id.length < shortestId ? [] : imports.filter((one) => one.id.startsWith(id));
  const [found] = meant;
  if (meant.length > 1) {
    throw fail('USAGE', { message: `${meant.length} imports begin with ${JSON.stringify(id)}.`, where: folder });
  }
  if (found !== undefined) return found;
  throw fail('LOG_NOT_FOUND', {
    message: `There is no import of outcomes ${JSON.stringify(id)}.`,
    where: folder,
    hint: '`slipway outcomes list` shows the ids; the first eight characters or more say which.',
  });
}

function historyFile(folder: string): string {
  return join(folder, 'removed.ndjson');
}

async function readHistory(folder: string): Promise<readonly RemovedImport[]> {
  const text = await readFile(historyFile(folder), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw cause;
  });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as RemovedImport);
}

/** Written whole under another name first: no kill tears it. */
async function writeHistory(folder: string, all: readonly RemovedImport[]): Promise<void> {
  const draft = `${historyFile(folder)}.${randomBytes(6).toString('hex')}${draftEnding}`;
  await writeFile(draft, all.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await syncPath(draft);
  await rename(draft, historyFile(folder));
  await syncFolder(folder);
}

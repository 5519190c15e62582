import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail } from '@slipway/core';
import type { Surroundings } from '../registry/place.ts';
import { withExclusiveLock } from '../system/exclusive-lock.ts';
import { makeFolder } from '../system/make-folder.ts';

/** Where the outcomes of a place are, by SLIPWAY_HOME. */
export function outcomesFolder({ folder, env }: Surroundings): string {
  return resolve(folder, env.SLIPWAY_HOME || '.slipway', 'outcomes');
}

/** The files of a folder of outcomes: one for each import, named by what was imported. */
export async function listOutcomeFiles(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder))
    .filter((name) => /^[0-9a-f]{64}\.parquet$/.test(name))
    .map((name) => join(folder, name));
}

export function outcomeFile(folder: string, importId: string): string {
  return join(folder, `${importId}.parquet`);
}

/** Ends the name of a file that is being made, and of what goes with it. Nobody reads it before it has its own name. */
export const draftEnding = '.draft';

/** A folder for what an engine spills, cleared away like every draft. */
export function draftFolder(folder: string): string {
  return join(folder, `${randomBytes(6).toString('hex')}${draftEnding}.spill`);
}

const lockWaitMs = 60_000;

/**
 * One process at a time changes a folder of outcomes, which is made where it is not there; readers need no lock. What a
 * killed process left half-made is cleared away first: it may hold what is to be erased. Raises LOG_BUSY,
 * OUTPUT_NOT_WRITABLE.
 */
export async function changeOutcomes<T>(
  folder: string,
  work: () => Promise<T>,
  waitMs: number = lockWaitMs,
): Promise<T> {
  await makeFolder(folder).catch((cause: unknown) => {
    throw notWritable(folder, cause);
  });
  const busy = (cause: unknown) =>
    fail('LOG_BUSY', {
      message: 'Another process imports outcomes into this folder or erases from it.',
      where: folder,
      cause,
    });
  const unusable = (cause: unknown) => notWritable(folder, cause);
  return withExclusiveLock({ file: join(folder, 'lock.db'), waitMs, busy, unusable }, async () => {
    for (const name of await namesIn(folder)) {
      if (name.includes(draftEnding)) await rm(join(folder, name), { recursive: true, force: true });
    }
    return work();
  });
}

/** OUTPUT_NOT_WRITABLE of a folder of outcomes. */
export function notWritable(folder: string, cause: unknown) {
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return fail('OUTPUT_NOT_WRITABLE', { message: `Outcomes cannot be kept: ${reason}`, where: folder, cause });
}

/** LOG_CORRUPT of a file of outcomes, which the engine's words name. */
export function unreadable(where: string, cause: unknown) {
  const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return fail('LOG_CORRUPT', {
    message: `A file of outcomes cannot be read: ${reason}`,
    where,
    hint: 'Take the file away and import what was in it again.',
    cause,
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.sort();
}

/** The columns of an outcome, in the order in which they are written. Times are UTC, in milliseconds. */
export const outcomeColumns = {
  import_id: 'VARCHAR',
  /** Later than that of every import before, whatever the clock said. */
  imported_at: 'TIMESTAMP',
  /** From 1, of the file that was imported. */
  row: 'BIGINT',
  prediction_id: 'VARCHAR',
  model: 'VARCHAR',
  unit: 'VARCHAR',
  unit_hash: 'VARCHAR',
  occurred_at: 'TIMESTAMP',
  observed_at: 'TIMESTAMP',
  /** What happened: an object of the value columns. */
  outcome: 'JSON',
} as const;

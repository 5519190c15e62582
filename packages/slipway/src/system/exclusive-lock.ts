import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from './clock.ts';

const lookMs = 20;

/**
 * Runs `work` while no other process, and no other caller in this one, holds the lock of this file. It is a lock of the
 * operating system, by way of SQLite, so it ends with its process however that ends. Raises what `busy` answers where
 * another holds it after `waitMs`, and what `unusable` answers where the file cannot be locked at all.
 */
export async function withExclusiveLock<T>(lock: ExclusiveLock, work: () => Promise<T>): Promise<T> {
  const database = await opened(lock);
  try {
    await take(database, lock);
    return await work();
  } finally {
    database.close();
  }
}

export interface ExclusiveLock {
  /** In a folder that is there; it is made, and stays. */
  readonly file: string;
  readonly waitMs: number;
  readonly busy: (cause: unknown) => Error;
  readonly unusable: (cause: unknown) => Error;
}

async function opened({ file, unusable }: ExclusiveLock): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite');
  try {
    return new sqlite.DatabaseSync(file, { timeout: 0 });
  } catch (cause) {
    throw unusable(cause);
  }
}

/** SQLITE_BUSY */
const busyCode = 5;

/** SQLite's own wait would hold up the event loop, and with it whoever has the lock in this process. */
async function take(database: DatabaseSync, { waitMs, busy, unusable }: ExclusiveLock): Promise<void> {
  const startMs = systemClock.monotonicMs();
  for (;;) {
    try {
      database.exec('BEGIN EXCLUSIVE');
      return;
    } catch (cause) {
      if ((cause as { readonly errcode?: number }).errcode !== busyCode) throw unusable(cause);
      if (systemClock.monotonicMs() - startMs >= waitMs) throw busy(cause);
    }
    await wait(lookMs);
  }
}

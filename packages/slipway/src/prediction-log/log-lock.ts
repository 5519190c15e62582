import { DatabaseSync } from 'node:sqlite';
import { fail } from '@slipway/core';
import { makeFolder } from '../system/make-folder.ts';
import type { LogPlaces } from './log-files.ts';

/**
 * One process at a time changes what is compacted; writers need no lock. It is a lock of the operating system, by way of
 * SQLite, so it ends with its process however that ends. Raises LOG_BUSY where another holds it after `waitMs`.
 */
export async function withLogLock<T>(places: LogPlaces, waitMs: number, work: () => Promise<T>): Promise<T> {
  await makeFolder(places.folder);
  const database = new DatabaseSync(places.lock, { timeout: waitMs });
  try {
    try {
      database.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      throw fail('LOG_BUSY', {
        message: 'Another process compacts this log or erases from it.',
        where: places.folder,
        cause,
      });
    }
    return await work();
  } finally {
    database.close();
  }
}

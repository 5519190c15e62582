import type { DatabaseSync } from 'node:sqlite';
import { fail } from '@slipway/core';
import { isBusy, sqliteFault } from './sqlite-fault.ts';

/**
 * Brings all that is committed into the one file of a SQLite database, and keeps everybody else out of it, readers too,
 * until `work` is done with it: it may be copied and replaced; the next that opens it gives it a log again. A file that
 * is not there is made, empty. Works only while nobody else has it open: else REGISTRY_UNAVAILABLE. Raises
 * REGISTRY_CORRUPT for a file that is no database. `work` must close no file of this path itself: the system would take
 * the lock away with it.
 */
export async function whileFolded<T>(path: string, work: () => Promise<T>): Promise<T> {
  const { DatabaseSync } = await import('node:sqlite');
  const connection = locked(path, () => new DatabaseSync(path));
  try {
    return await work();
  } finally {
    connection.close();
  }
}

function locked(path: string, connect: () => DatabaseSync): DatabaseSync {
  let connection: DatabaseSync | undefined;
  try {
    connection = connect();
    connection.exec('PRAGMA journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    connection?.close();
    throw isBusy(cause) ? inUse(path, cause) : sqliteFault(path)(cause);
  }
  // Somebody may have opened it between the two, and given it a log again.
  const isFolded = connection.prepare('PRAGMA journal_mode').get()?.journal_mode === 'delete';
  if (isFolded) return connection;
  connection.close();
  throw inUse(path);
}

function inUse(path: string, cause?: unknown) {
  return fail('REGISTRY_UNAVAILABLE', {
    message: 'Another process has the registry open, and would go on writing to a file that was moved.',
    where: path,
    hint: 'Stop the servers and commands that use it, and do it again.',
    cause,
  });
}

import { fail } from '@slipway/core';
import { isBusy, sqliteFault } from './sqlite-fault.ts';

/**
 * Brings all that is committed into the one file of a SQLite database, so that it may be copied or renamed; the next
 * that opens it gives it a log again. Works only while nobody else has it open: else REGISTRY_UNAVAILABLE. Raises
 * REGISTRY_CORRUPT for a file that is no database.
 */
export async function foldLog(path: string): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    const connection = new DatabaseSync(path);
    try {
      connection.exec('PRAGMA journal_mode = DELETE');
    } finally {
      connection.close();
    }
  } catch (cause) {
    if (!isBusy(cause)) throw sqliteFault(path)(cause);
    throw fail('REGISTRY_UNAVAILABLE', {
      message: 'Another process has the registry open, and would go on writing to a file that was moved.',
      where: path,
      hint: 'Stop the servers and commands that use it, and do it again.',
      cause,
    });
  }
}

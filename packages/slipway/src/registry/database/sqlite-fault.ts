import { fail, isSlipwayError } from '@slipway/core';

/** Primary result codes of SQLite, https://sqlite.org/rescode.html. */
const busy = 5;
const locked = 6;
const corrupt = 11;
const notADatabase = 26;
/** SQLITE_READONLY_DBMOVED, an extended code. */
const readonlyMoved = 1032;
const unavailable: Readonly<Record<number, string>> = {
  [busy]: 'another process holds it',
  [locked]: 'another connection holds it',
  8: 'it may not be written to',
  // SQLite answers this, too, where it finds no room for the files beside the database.
  10: 'the disk is full, or reports an error',
  13: 'the disk is full',
  14: 'the file cannot be opened',
};

/** Another process, or another connection, holds the lock: it will be free in a while. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === busy || code === locked;
}

/** The file was opened, and another one has its name since: nothing was written to either. */
export function isMoved(error: unknown): boolean {
  return (error as { errcode?: unknown } | null)?.errcode === readonlyMoved;
}

/** Makes of an error of SQLite what the registry promises; passes every other on. */
export function sqliteFault(path: string): (error: unknown) => unknown {
  return (error) => {
    const code = primaryCode(error);
    if (code === null || isSlipwayError(error)) return error;
    const { message } = error as Error;
    const reason = unavailable[code];
    if (reason !== undefined) {
      return fail('REGISTRY_UNAVAILABLE', {
        message: `The registry cannot be used: ${reason} (${message}). Nothing was changed.`,
        where: path,
        cause: error,
      });
    }
    if (code === corrupt || code === notADatabase) {
      return fail('REGISTRY_CORRUPT', {
        message: `The file is no sound database: ${message}.`,
        where: path,
        cause: error,
      });
    }
    return error;
  };
}

function primaryCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : null;
}

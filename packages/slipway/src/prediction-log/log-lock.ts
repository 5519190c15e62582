import { fail } from '@slipway/core';
import { withExclusiveLock } from '../system/exclusive-lock.ts';
import { makeFolder } from '../system/make-folder.ts';
import type { LogPlaces } from './log-files.ts';

/**
 * One process at a time changes what is compacted; writers need no lock. Raises LOG_BUSY where another holds it after
 * `waitMs`.
 */
export async function withLogLock<T>({ folder, lock }: LogPlaces, waitMs: number, work: () => Promise<T>): Promise<T> {
  await makeFolder(folder);
  const busy = (cause: unknown) =>
    fail('LOG_BUSY', { message: 'Another process compacts this log or erases from it.', where: folder, cause });
  const unusable = (cause: unknown) =>
    fail('OUTPUT_NOT_WRITABLE', {
      message: `The prediction log cannot be locked: ${String(cause)}.`,
      where: folder,
      cause,
    });
  return withExclusiveLock({ file: lock, waitMs, busy, unusable }, work);
}

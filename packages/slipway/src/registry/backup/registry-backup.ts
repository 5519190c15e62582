import { resolve } from 'node:path';
import { systemClock } from '../../system/clock.ts';
import { type OpenRegistryOptions, openDatabase } from '../open-registry.ts';
import { migrate } from '../schema/migrate.ts';
import type { Change } from '../types.ts';
import { backUp } from './back-up.ts';
import type { BackupResult, BackupSummary } from './backup-file.ts';
import { readWhole } from './read-backup.ts';
import { restore } from './restore.ts';

/** Saves the registry at an address into a new file, `anyway` also with an audit log that has a fault. Artifacts are not in it. */
export async function backUpRegistry(
  options: OpenRegistryOptions,
  file: string,
  { anyway = false }: { readonly anyway?: boolean } = {},
): Promise<BackupResult> {
  const database = await openDatabase({ ...options, create: false });
  try {
    await migrate(database, { create: false });
    return await backUp(database, resolve(options.folder ?? process.cwd(), file), now(options), { anyway });
  } finally {
    await database.close();
  }
}

/**
 * Restores a backup to an address where there is no registry yet, or an empty one. All of it or nothing: a file that is
 * not whole or whose audit log is not intact is refused before a database is opened.
 */
export async function restoreRegistry(
  options: OpenRegistryOptions,
  file: string,
  change: Change,
): Promise<BackupSummary> {
  const backup = await readWhole(resolve(options.folder ?? process.cwd(), file));
  const database = await openDatabase(options);
  try {
    return await restore(database, backup, now(options), change);
  } finally {
    await database.close();
  }
}

function now({ clock = systemClock }: OpenRegistryOptions): string {
  return new Date(clock.wallMs()).toISOString();
}

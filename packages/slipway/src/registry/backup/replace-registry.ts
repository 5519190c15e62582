import { rename, rm } from 'node:fs/promises';
import { fail } from '@slipway/core';
import type { OpenRegistryOptions } from '../open-registry.ts';
import type { Change } from '../types.ts';
import type { BackupSummary } from './backup-file.ts';
import { restoreRegistry } from './registry-backup.ts';

const sqlite = 'sqlite:';
/** The log of SQLite holds commits that are not in the database yet: it goes first, and always with it. */
const endings = ['-wal', '-shm', ''];

/**
 * Restores a backup in the place of a SQLite registry, which is set aside under another name: nothing is deleted. The
 * backup is restored beside it first, so that a broken one changes nothing. No process may have the registry open: it
 * would go on writing to the file that was moved. Raises REGISTRY_NOT_EMPTY for a database that is no file of ours.
 */
export async function replaceRegistry(
  options: OpenRegistryOptions,
  file: string,
  change: Change,
  at: string,
): Promise<{ readonly summary: BackupSummary; readonly setAside: string | null }> {
  if (!options.url.startsWith(sqlite)) {
    throw fail('REGISTRY_NOT_EMPTY', {
      message: 'A PostgreSQL registry is not replaced by a backup: what it holds would be lost.',
      hint: 'Make an empty database or schema, restore into that, and point SLIPWAY_REGISTRY to it.',
    });
  }
  const path = options.url.slice(sqlite.length);
  const beside = `${path}.restoring`;
  try {
    const summary = await restoreRegistry({ ...options, url: `${sqlite}${beside}` }, file, change);
    const aside = `${path}.before-${at.replaceAll(/[:.]/g, '-')}`;
    let wasThere = false;
    for (const ending of endings) wasThere = await moved(`${path}${ending}`, `${aside}${ending}`);
    await rename(beside, path);
    return { summary, setAside: wasThere ? aside : null };
  } finally {
    for (const ending of endings) await rm(`${beside}${ending}`, { force: true });
  }
}

function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

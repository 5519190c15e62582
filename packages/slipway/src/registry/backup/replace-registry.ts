import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, isSlipwayError } from '@slipway/core';
import { foldLog } from '../database/fold-log.ts';
import type { OpenRegistryOptions } from '../open-registry.ts';
import type { Change } from '../types.ts';
import type { BackupSummary } from './backup-file.ts';
import { restoreRegistry } from './registry-backup.ts';

const sqlite = 'sqlite:';
/** What SQLite may have beside a database. */
const besides = ['-wal', '-shm'];

/**
 * Restores a backup in the place of a SQLite registry, of which a copy is kept under another name: nothing is deleted.
 * The backup is restored beside it first, so that a broken one changes nothing; then one rename puts the new one in the
 * place of the old one, so that at every moment the whole of either is there. Raises REGISTRY_UNAVAILABLE while another
 * process has the registry open, and REGISTRY_NOT_EMPTY for a database that is no file of ours.
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
  const path = resolve(options.folder ?? process.cwd(), options.url.slice(sqlite.length));
  const beside = `${path}.restoring`;
  await removeAll(beside);
  try {
    const summary = await restoreRegistry({ ...options, url: `${sqlite}${beside}` }, file, change);
    await foldLog(beside);
    const setAside = (await isThere(path))
      ? await keepCopy(path, `${path}.before-${at.replaceAll(/[:.]/g, '-')}`)
      : null;
    // A log that is left there would be taken for that of the new file.
    for (const ending of besides) await rm(`${path}${ending}`, { force: true });
    await rename(beside, path);
    await syncPath(dirname(path));
    return { summary, setAside };
  } finally {
    await removeAll(beside);
  }
}

/** Copies the registry to another name. One that is damaged is copied as it is, with its log. */
async function keepCopy(path: string, aside: string): Promise<string> {
  // SQLite throws away a log that it cannot read as soon as it opens the file.
  const hasLog = await copied(`${path}-wal`, `${aside}-wal`);
  try {
    await foldLog(path);
    if (hasLog) await rm(`${aside}-wal`);
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'REGISTRY_CORRUPT') {
      await rm(`${aside}-wal`, { force: true });
      throw error;
    }
  }
  await copied(path, aside);
  return aside;
}

/** Answers whether there was something to copy. */
async function copied(from: string, to: string): Promise<boolean> {
  if (!(await isThere(from))) return false;
  await copyFile(from, to);
  await syncPath(to);
  return true;
}

async function removeAll(path: string): Promise<void> {
  for (const ending of [...besides, '']) await rm(`${path}${ending}`, { force: true });
}

/** Makes the disk keep a file, or the names in a folder; of folders, Windows knows no way to it. */
async function syncPath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

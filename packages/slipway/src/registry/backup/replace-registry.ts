import { randomUUID } from 'node:crypto';
import { copyFile, type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail, isSlipwayError } from '@slipway/core';
import { isThere } from '../../system/is-there.ts';
import { syncFolder, syncPath } from '../../system/sync-path.ts';
import { whileFolded } from '../database/fold-log.ts';
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
 * place of the old one, so that at every moment the whole of either is there. From the copy to the rename nobody else
 * can read or write the old one, and who has opened it meanwhile finds that it was moved, and opens the new one. Raises
 * REGISTRY_UNAVAILABLE while another process has the registry open.
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
  // Another restore may be under way.
  const beside = `${path}.restoring-${randomUUID()}`;
  try {
    const summary = await restoreRegistry({ ...options, url: `${sqlite}${beside}` }, file, change);
    await whileFolded(beside, async () => {});
    const aside = `${path}.before-${at.replaceAll(/[:.]/g, '-')}`;
    const setAside = await putInPlace(beside, path, aside);
    await syncFolder(dirname(path));
    return { summary, setAside };
  } finally {
    for (const ending of [...besides, '']) await rm(`${beside}${ending}`, { force: true });
  }
}

/** Answers the name of the copy of what was there; null where nothing was. */
async function putInPlace(beside: string, path: string, wantedAside: string): Promise<string | null> {
  if (!(await isThere(path))) await (await open(path, 'a')).close();
  const found = await identityOf(path);
  const aside = await reserved(wantedAside);
  // SQLite throws away a log that it cannot read as soon as it opens the file.
  const hasLog = await copied(`${path}-wal`, `${aside}-wal`);
  const replace = async () => {
    if ((await identityOf(path)) !== found) throw overtaken(path);
    // A log that is left there would be taken for that of the new file.
    for (const ending of besides) await rm(`${path}${ending}`, { force: true });
    await rename(beside, path);
  };
  const copies: OpenCopy[] = [];
  try {
    await whileFolded(path, async () => {
      copies.push(await openCopy(path, aside));
      // Windows renames over no file that is open, and refuses by itself while others have it open.
      if (process.platform !== 'win32') await replace();
    });
    if (process.platform === 'win32') await replace();
  } catch (error) {
    const isDamaged = copies.length === 0 && isSlipwayError(error) && error.code === 'REGISTRY_CORRUPT';
    if (!isDamaged) {
      await removeAside(aside);
      throw error;
    }
    // What is no database nobody can have open: it is copied as it is, with its log.
    await copied(path, aside);
    await replace();
    return aside;
  } finally {
    for (const { handle } of copies) await handle.close();
  }
  if (hasLog) await rm(`${aside}-wal`);
  if (copies.every(({ bytes }) => bytes > 0)) return aside;
  await removeAside(aside);
  return null;
}

interface OpenCopy {
  readonly handle: FileHandle;
  readonly bytes: number;
}

/** Copies a file, and leaves it open: to close it would take away the lock that this process has on it. */
async function openCopy(from: string, to: string): Promise<OpenCopy> {
  const handle = await open(from, 'r');
  const { size: bytes } = await handle.stat();
  await writeFile(to, handle.createReadStream({ start: 0, autoClose: false }), { flush: true });
  return { handle, bytes };
}

/** Answers whether there was something to copy. */
async function copied(from: string, to: string): Promise<boolean> {
  if (!(await isThere(from))) return false;
  await copyFile(from, to);
  await syncPath(to);
  return true;
}

/** Takes a name that nobody has: two restores may have begun in the same moment. */
async function reserved(wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    try {
      await (await open(name, 'wx', 0o600)).close();
      return name;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
}

async function removeAside(aside: string): Promise<void> {
  for (const ending of ['-wal', '']) await rm(`${aside}${ending}`, { force: true });
}

/** Which file has the name now. */
async function identityOf(path: string): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

function overtaken(path: string) {
  return fail('REGISTRY_CONFLICT', {
    message: 'Another restore replaced the registry meanwhile. This one changed nothing.',
    where: path,
    hint: 'Look at the registry that is there now, and do it again if it is still wanted.',
  });
}

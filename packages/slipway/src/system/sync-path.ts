import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the disk keep which names a folder has. Windows has no way to it, and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await syncPath(folder);
}

/** The same for folders and those above them, as far as `top`: some of them may be new. */
export async function syncFoldersUp(folders: readonly string[], top: string): Promise<void> {
  const all = new Set([top]);
  for (const folder of folders) {
    for (let path = folder; path.startsWith(top) && path !== top; path = dirname(path)) all.add(path);
  }
  for (const path of all) await syncFolder(path);
}

/** Makes the disk keep what a file holds. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSlipwayError } from '@slipway/core';
import { makeFolder } from '../../system/make-folder.ts';
import type { ArtifactStore } from '../ports.ts';
import type { Digest } from '../types.ts';
import { type Content, chunksOf, digestAt, digestOfBytes, keyOf, lyingStore, notInStore, storeFault } from './blob.ts';
import { draftName, removeDrafts } from './drafts.ts';

/** An artifact store whose files others can open by their paths. */
export interface FolderStore extends ArtifactStore {
  /** Where the bytes of a digest lie, or would lie. */
  pathOf(digest: Digest): string;
  /** Whether they lie there, and are what they should be: read to the end to find out. */
  isIntact(digest: Digest): Promise<boolean>;
  /** Removes the folder of drafts where it is empty: a copy has no use for it. */
  removeDraftsFolder(): Promise<void>;
}

/**
 * Keeps bytes in `FOLDER/sha256/ab/<hex>`. A file grows under another name in `FOLDER/drafts`, is flushed to the disk and
 * then renamed, so that what has a digest's name is whole; any number of processes may write at once. Drafts of
 * processes that were killed are removed by the next one that writes.
 */
export function folderStore(folder: string): FolderStore {
  const pathOf = (digest: Digest) => join(folder, keyOf(digest));
  let cleaned: Promise<number> | null = null;

  /** Null where nothing lies in its place. */
  async function foundAt(digest: Digest): Promise<Digest | null> {
    const path = pathOf(digest);
    return (await isFile(path)) ? digestOfFile(path) : null;
  }

  const isIntact = async (digest: Digest) => (await foundAt(digest)) === digest;

  /** What is there already stays, unless it is damaged: then the right bytes take its place. */
  async function settle(draft: string, digest: Digest): Promise<void> {
    if (await isIntact(digest)) return;
    const path = pathOf(digest);
    await makeDurableFolder(dirname(path));
    await rename(draft, path);
    await flushFolder(dirname(path));
  }

  return {
    where: folder,
    pathOf,
    isIntact: (digest) => answered(folder, () => isIntact(digest)),
    async put(content) {
      return answered(folder, async () => {
        if (content instanceof Uint8Array) {
          const digest = digestOfBytes(content);
          if (await isIntact(digest)) return digest;
        }
        const drafts = join(folder, 'drafts');
        cleaned ??= removeDrafts(drafts);
        await cleaned;
        const draft = join(drafts, draftName());
        try {
          const digest = await writeDraft(await openDraft(drafts, draft), content);
          await settle(draft, digest);
          return digest;
        } finally {
          await rm(draft, { force: true }).catch(() => {});
        }
      });
    },
    get: (digest) => answered(folder, () => bytesOf(folder, pathOf(digest), digest)),
    async verify(digest) {
      const found = await answered(folder, () => foundAt(digest));
      if (found === null) throw notInStore(folder, digest);
      if (found !== digest) throw lyingStore(pathOf(digest), digest, found);
    },
    has: (digest) => answered(folder, () => isFile(pathOf(digest))),
    list: () => listed(folder),
    delete: (digest, signal) =>
      answered(folder, async () => {
        const path = pathOf(digest);
        if (!(await isFile(path))) return false;
        signal?.throwIfAborted();
        await rm(path, { force: true });
        await flushFolder(dirname(path));
        return true;
      }),
    async removeDraftsFolder() {
      // While somebody writes there it is not empty, and stays.
      await rmdir(join(folder, 'drafts')).catch(() => {});
    },
    removeDrafts: (beforeMs) => removeDrafts(join(folder, 'drafts'), beforeMs),
  };
}

async function bytesOf(folder: string, path: string, digest: Digest): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR' ? notInStore(folder, digest) : error;
  });
  const found = digestOfBytes(bytes);
  if (found !== digest) throw lyingStore(path, digest, found);
  return bytes;
}

/** The folder may go between the two steps, when somebody else is done with it: then both are taken again. */
async function openDraft(drafts: string, draft: string, tries = 5): Promise<FileHandle> {
  await makeFolder(drafts);
  return open(draft, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || tries === 1) throw error;
    return openDraft(drafts, draft, tries - 1);
  });
}

/** What comes from outside may fail for reasons of its own; those are passed on as they are. */
async function writeDraft(file: FileHandle, content: Content): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of chunksOf(content)) {
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}

async function* listed(folder: string) {
  const outer = join(folder, 'sha256');
  for (const prefix of await namesIn(folder, outer)) {
    for (const name of await namesIn(folder, join(outer, prefix))) {
      const digest = digestAt(`sha256/${prefix}/${name}`);
      const info = digest === null ? null : await stat(join(outer, prefix, name)).catch(() => null);
      if (digest !== null && info?.isFile()) yield { digest, bytes: info.size, modifiedMs: info.mtimeMs };
    }
  }
}

/** In order; nothing for a folder that is not there. */
function namesIn(where: string, folder: string): Promise<string[]> {
  return answered(where, async () => {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || (error.code === 'ENOTDIR' && folder !== join(where, 'sha256'))) return [];
      throw error;
    });
    return names.sort();
  });
}

async function isFile(path: string): Promise<boolean> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  return info?.isFile() ?? false;
}

async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

/** A name that is only in memory is gone with the power: each new folder is flushed in the one that holds it. */
async function makeDurableFolder(path: string): Promise<void> {
  const outermost = await makeFolder(path);
  if (outermost === undefined) return;
  for (let folder = path; folder !== dirname(outermost); folder = dirname(folder)) await flushFolder(dirname(folder));
}

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Trouble of the disk as STORE_UNAVAILABLE. */
async function answered<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isSlipwayError(cause) || !(cause instanceof Error) || !('code' in cause)) throw cause;
    throw storeFault(where, cause);
  }
}

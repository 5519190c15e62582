import { close, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LineChunk } from '../system/line-chunks.ts';
import { createLineWriter } from '../system/line-writer.ts';
import { openEnding } from './log-files.ts';
import { syncFolder } from './sync-folder.ts';

/** One file that this process appends to. */
export interface Segment {
  readonly openedMs: number;
  append(chunks: readonly LineChunk[]): Promise<Appended>;
  appendNow(chunks: readonly LineChunk[]): Appended;
  /** Resolves when the disk has what was appended; rejects where it has not. */
  sync(): Promise<void>;
  syncNow(): void;
  /** Syncs, closes, and gives the file the name under which others may take it. One without an event goes. */
  seal(): Promise<void>;
  bytes(): number;
  /** Records that the disk was not yet made to keep. */
  unsynced(): number;
  /** Counts those as lost, once, where the disk would not: answers how many. */
  giveUp(): number;
}

export interface Appended {
  /** Records that did not get there. */
  readonly lost: number;
  readonly error: Error | null;
}

const syncFile = promisify(fdatasync);
const closeFile = promisify(close);

/** Makes the file. Raises what the operating system says where it cannot. */
export function openSegment(folder: string, name: string, openedMs: number): Segment {
  const sealed = join(folder, name);
  const path = `${sealed}${openEnding}`;
  const descriptor = openSync(path, 'ax');
  let failure: Error | null = null;
  // Told of every failure of a chunk: the writer keeps quiet about those that follow, and the count does not.
  const writer = createLineWriter(descriptor, (error) => {
    failure = error;
  });
  let bytes = 0;
  let synced = 0;

  function appended(before: number, chunks: readonly LineChunk[]): Appended {
    for (const chunk of chunks) bytes += chunk.bytes.length;
    return { lost: writer.counts().failed - before, error: failure };
  }

  async function sync(): Promise<void> {
    const { written } = writer.counts();
    if (written === synced) return;
    // The name of a new file is kept by its folder.
    if (synced === 0) await syncFolder(folder);
    await syncFile(descriptor);
    synced = Math.max(synced, written);
  }

  return {
    openedMs,
    async append(chunks) {
      const before = writer.counts().failed;
      await writer.append(chunks);
      return appended(before, chunks);
    },
    appendNow(chunks) {
      const before = writer.counts().failed;
      writer.appendNow(chunks);
      return appended(before, chunks);
    },
    sync,
    syncNow() {
      fdatasyncSync(descriptor);
      synced = writer.counts().written;
    },
    async seal() {
      try {
        await sync();
      } finally {
        await closeFile(descriptor);
        const isEmpty = writer.counts().written === 0;
        // Where the file is gone, a compaction took this process for dead: it has what was in it.
        await (isEmpty ? unlink(path) : rename(path, sealed)).catch((cause: NodeJS.ErrnoException) => {
          if (cause.code !== 'ENOENT') throw cause;
        });
      }
    },
    bytes: () => bytes,
    unsynced: () => writer.counts().written - synced,
    giveUp() {
      const { written } = writer.counts();
      const lost = written - synced;
      synced = written;
      return lost;
    },
  };
}

import { type BigIntStats, close, fdatasync, fdatasyncSync, fstatSync, openSync, statSync } from 'node:fs';
import { rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LineChunk } from '../system/line-chunks.ts';
import { createLineWriter } from '../system/line-writer.ts';
import { syncFolder } from '../system/sync-path.ts';
import { openEnding } from './log-files.ts';

/** One file that this process appends to. */
export interface Segment {
  readonly openedMs: number;
  append(chunks: readonly LineChunk[]): Promise<Appended>;
  appendNow(chunks: readonly LineChunk[]): Appended;
  /**
   * Resolves when the disk has what was appended and the file is still this process' own, so that whoever takes it later
   * finds all of it; rejects where that is not so.
   */
  sync(): Promise<void>;
  syncNow(): void;
  /** Rejects where the file no longer stands under its name: another took it for one of a dead process. */
  demandOwn(): Promise<void>;
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
  const own = ownership(path, descriptor);
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
    // After what was written: who takes the file from now on reads all of it.
    await own.demand();
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
      const { written } = writer.counts();
      if (written === synced) return;
      fdatasyncSync(descriptor);
      own.demandNow();
      synced = written;
    },
    demandOwn: own.demand,
    async seal() {
      try {
        await sync();
      } finally {
        await closeFile(descriptor);
        const isEmpty = writer.counts().written === 0;
        // Where it is gone now, another took it after the sync, and has all that was in it.
        await (isEmpty ? unlink(path) : rename(path, sealed)).catch(absent);
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

/** Whether the open file still stands under its path; both raise where it does not. */
function ownership(path: string, descriptor: number) {
  const { ino } = fstatSync(descriptor, { bigint: true });
  function compare(found: BigIntStats | null | undefined): void {
    if (found?.ino !== ino) throw new Error(`Another process took the segment ${path} for one of a dead process.`);
  }
  return {
    demand: async () => compare(await stat(path, { bigint: true }).catch(absent)),
    demandNow: () => compare(statSync(path, { bigint: true, throwIfNoEntry: false })),
  };
}

function absent(cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOENT') return null;
  throw cause;
}

import { close } from 'node:fs';
import { promisify } from 'node:util';
import { createLineChunks } from '../system/line-chunks.ts';
import { createLineWriter, type LineCounts } from '../system/line-writer.ts';
import type { Every } from '../system/timers.ts';

export interface BufferedFileOptions {
  /** An open descriptor to append to. */
  readonly descriptor: number;
  readonly flushMs: number;
  /** Bytes that may wait for the disk; lines beyond are dropped and counted. */
  readonly waitingBytesMax: number;
  readonly every: Every;
  /** Told of the first failed write, and again after writes have worked in between. */
  readonly onError: (error: Error) => void;
}

export interface BufferedFileCounts extends LineCounts {
  /** Lines refused because too much was waiting. */
  readonly dropped: number;
}

/** Lines on their way to a file: gathered in memory, written in chunks, never waited for. */
export interface BufferedFile {
  /** Takes one line, with its newline. Never throws. */
  write(line: string): void;
  /** Resolves when all lines so far are written, or counted as lost. */
  flush(): Promise<void>;
  /** Writes what waits before it returns: for the end of a process, when nothing asynchronous runs any more. */
  flushNow(): void;
  /** Flushes and closes the descriptor. */
  close(): Promise<void>;
  counts(): BufferedFileCounts;
}

const closeDescriptor = promisify(close);

export function createBufferedFile(options: BufferedFileOptions): BufferedFile {
  const lines = createLineChunks(options.waitingBytesMax);
  const writer = createLineWriter(options.descriptor, options.onError);
  let dropped = 0;
  let draining: Promise<void> | null = null;
  const stopTimer = options.every(options.flushMs, () => {
    if (!lines.isEmpty()) void drain();
  });

  /** Writes until less than a full chunk waits: to write on would cost a system call for every few lines. */
  function drain(): Promise<void> {
    draining ??= writeChunks().finally(() => {
      draining = null;
    });
    return draining;
  }

  async function writeChunks(): Promise<void> {
    do {
      // All that waits at once: a busy event loop comes back only once for each of its turns.
      const chunks = lines.takeAll();
      await writer.append(chunks);
      lines.giveBack(chunks);
    } while (lines.hasFullChunk());
  }

  async function flush(): Promise<void> {
    // A drain that runs already may have taken its last chunk before the newest line came.
    while (draining !== null || !lines.isEmpty()) await drain();
  }

  return {
    write(line) {
      if (!lines.add(line)) dropped += 1;
      if (draining === null && lines.hasFullChunk()) void drain();
    },
    flush,
    flushNow() {
      writer.appendNow(lines.takeAll());
    },
    async close() {
      stopTimer();
      await flush();
      await closeDescriptor(options.descriptor);
    },
    counts: () => ({ ...writer.counts(), dropped }),
  };
}

import { close, writeSync, write as writeTo } from 'node:fs';
import { promisify } from 'node:util';
import type { Every } from '../system/timers.ts';
import { createLineChunks, type LineChunk } from './line-chunks.ts';

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

export interface BufferedFileCounts {
  /** Lines handed to the operating system. */
  readonly written: number;
  /** Lines refused because too much was waiting. */
  readonly dropped: number;
  /** Lines lost because the write failed. */
  readonly failed: number;
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

const retryMs = 20;
const writeSome = promisify(writeTo);
const closeDescriptor = promisify(close);
const newline = Buffer.from('\n');

export function createBufferedFile(options: BufferedFileOptions): BufferedFile {
  const { descriptor } = options;
  const lines = createLineChunks(options.waitingBytesMax);
  let draining: Promise<void> | null = null;
  let failing = false;
  // A failed write may leave half a line behind; the next one then starts on a fresh line.
  let torn = false;
  const counts = { written: 0, dropped: 0, failed: 0 };
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
      const chunk = lines.take();
      const progress = { written: 0 };
      try {
        if (torn) await appendAll(descriptor, newline, { written: 0 });
        await appendAll(descriptor, chunk.bytes, progress);
        succeed(chunk);
      } catch (error) {
        lose(chunk, progress.written, error);
      }
      lines.giveBack(chunk);
    } while (lines.hasFullChunk());
  }

  async function flush(): Promise<void> {
    // A drain that runs already may have taken its last chunk before the newest line came.
    while (draining !== null || !lines.isEmpty()) await drain();
  }

  function succeed(chunk: LineChunk): void {
    counts.written += chunk.lines;
    failing = false;
    torn = false;
  }

  function lose(chunk: LineChunk, bytesWritten: number, error: unknown): void {
    counts.failed += chunk.lines;
    torn ||= bytesWritten > 0;
    if (!failing) options.onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }

  return {
    write(line) {
      if (!lines.add(line)) counts.dropped += 1;
      if (draining === null && lines.hasFullChunk()) void drain();
    },
    flush,
    flushNow() {
      while (!lines.isEmpty()) {
        const chunk = lines.take();
        let written = 0;
        try {
          while (written < chunk.bytes.length) written += writeSync(descriptor, chunk.bytes, written);
          succeed(chunk);
        } catch (error) {
          lose(chunk, written, error);
        }
      }
    },
    async close() {
      stopTimer();
      await flush();
      await closeDescriptor(descriptor);
    },
    counts: () => ({ ...counts }),
  };
}

/** Writes all the bytes, and says how far it came also where it fails. */
async function appendAll(descriptor: number, bytes: Buffer, progress: { written: number }): Promise<void> {
  while (progress.written < bytes.length) {
    try {
      progress.written += (await writeSome(descriptor, bytes, progress.written)).bytesWritten;
    } catch (error) {
      // A pipe whose reader is slow says so; the lines wait meanwhile, and those beyond the bound are dropped.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

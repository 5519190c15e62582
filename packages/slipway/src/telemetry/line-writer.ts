import { writeSync, write as writeTo } from 'node:fs';
import { promisify } from 'node:util';
import type { LineChunk } from './line-chunks.ts';

/** What became of lines on their way to a file. */
export interface LineCounts {
  /** Lines handed to the operating system. */
  readonly written: number;
  /** Lines lost because the write failed. */
  readonly failed: number;
}

/** Appends chunks to a descriptor, and knows what became of them. Failures are counted, never raised. */
export interface LineWriter {
  append(chunk: LineChunk): Promise<void>;
  /** The same before it returns. */
  appendNow(chunk: LineChunk): void;
  counts(): LineCounts;
}

interface Progress {
  bytes: number;
}

const retryMs = 20;
const writeSome = promisify(writeTo);
const newline = Buffer.from('\n');

/** `onError` is told of the first failed write, and again after writes have worked in between. */
export function createLineWriter(descriptor: number, onError: (error: Error) => void): LineWriter {
  const counts = { written: 0, failed: 0 };
  let failing = false;
  // A failed write may leave half a line behind; the next one then starts on a fresh line.
  let torn = false;

  function succeed(chunk: LineChunk): void {
    counts.written += chunk.lines;
    failing = false;
    torn = false;
  }

  function lose(chunk: LineChunk, progress: Progress, error: unknown): void {
    counts.failed += chunk.lines;
    torn ||= progress.bytes > 0;
    if (!failing) onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }

  return {
    async append(chunk) {
      const progress = { bytes: 0 };
      try {
        if (torn) await writeAll(descriptor, newline, { bytes: 0 });
        await writeAll(descriptor, chunk.bytes, progress);
        succeed(chunk);
      } catch (error) {
        lose(chunk, progress, error);
      }
    },
    appendNow(chunk) {
      const progress = { bytes: 0 };
      try {
        while (progress.bytes < chunk.bytes.length) {
          progress.bytes += writeSync(descriptor, chunk.bytes, progress.bytes);
        }
        succeed(chunk);
      } catch (error) {
        lose(chunk, progress, error);
      }
    },
    counts: () => ({ ...counts }),
  };
}

/** Writes all the bytes, and says how far it came also where it fails. */
async function writeAll(descriptor: number, bytes: Buffer, progress: Progress): Promise<void> {
  while (progress.bytes < bytes.length) {
    try {
      progress.bytes += (await writeSome(descriptor, bytes, progress.bytes)).bytesWritten;
    } catch (error) {
      // A pipe whose reader is slow says so; the lines wait meanwhile, and those beyond the bound are dropped.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

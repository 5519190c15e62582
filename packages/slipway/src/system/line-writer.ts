import { writeSync, writev } from 'node:fs';
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
  append(chunks: readonly LineChunk[]): Promise<void>;
  /** The same before it returns. */
  appendNow(chunks: readonly LineChunk[]): void;
  counts(): LineCounts;
}

const retryMs = 20;
const writeMany = promisify(writev);
const newline = Buffer.from('\n');

/** `onError` is told of the first failed write, and again after writes have worked in between. */
export function createLineWriter(descriptor: number, onError: (error: Error) => void): LineWriter {
  const counts = { written: 0, failed: 0 };
  let failing = false;
  // A failed write may leave half a line behind; the next one then starts on a fresh line.
  let torn = false;

  /** The bytes to write. */
  function begin(chunks: readonly LineChunk[]): readonly Buffer[] {
    const buffers = chunks.map((chunk) => chunk.bytes);
    return torn ? [newline, ...buffers] : buffers;
  }

  /** Counts the chunks that went whole and those of which something is left. */
  function end(chunks: readonly LineChunk[], left: readonly Buffer[], error: unknown): void {
    const whole = chunks.length - Math.min(left.length, chunks.length);
    counts.written += linesOf(chunks.slice(0, whole));
    if (left.length === 0) {
      failing = false;
      torn = false;
      return;
    }
    counts.failed += linesOf(chunks.slice(whole));
    torn ||= left[0]?.length !== chunks[whole]?.bytes.length;
    if (!failing) onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }

  return {
    async append(chunks) {
      let left = begin(chunks);
      try {
        while (left.length > 0) left = rest(left, await writeSome(descriptor, left));
        end(chunks, left, null);
      } catch (error) {
        end(chunks, left, error);
      }
    },
    appendNow(chunks) {
      let left = begin(chunks);
      try {
        while (left.length > 0) left = rest(left, writeSync(descriptor, left[0] as Buffer));
        end(chunks, left, null);
      } catch (error) {
        end(chunks, left, error);
      }
    },
    counts: () => ({ ...counts }),
  };
}

/** Writes as much as goes at once; answers how many bytes. */
async function writeSome(descriptor: number, buffers: readonly Buffer[]): Promise<number> {
  try {
    return (await writeMany(descriptor, buffers)).bytesWritten;
  } catch (error) {
    // A pipe whose reader is slow says so; the lines wait meanwhile, and those beyond the bound are dropped.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    return 0;
  }
}

/** What is left of the buffers after so many bytes. */
function rest(buffers: readonly Buffer[], bytes: number): Buffer[] {
  const left = [...buffers];
  let over = bytes;
  while (left.length > 0 && over >= (left[0] as Buffer).length) over -= (left.shift() as Buffer).length;
  if (over > 0) left[0] = (left[0] as Buffer).subarray(over);
  return left;
}

function linesOf(chunks: readonly LineChunk[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
}

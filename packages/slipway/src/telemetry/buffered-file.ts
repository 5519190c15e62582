import { close, writeSync, write as writeTo } from 'node:fs';
import { promisify } from 'node:util';
import type { Every } from '../system/timers.ts';

export interface BufferedFileOptions {
  /** An open descriptor to append to. */
  readonly descriptor: number;
  readonly flushMs: number;
  /** Characters that may wait for the disk; lines beyond are dropped and counted. */
  readonly waitingCharsMax: number;
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

/** Enough that the system call costs little beside the lines in it. */
const chunkChars = 64 * 1024;
const retryMs = 20;
const writeChunk = promisify(writeTo);
const closeDescriptor = promisify(close);

export function createBufferedFile(options: BufferedFileOptions): BufferedFile {
  const { descriptor } = options;
  let waiting = '';
  let waitingLines = 0;
  let draining: Promise<void> | null = null;
  let failing = false;
  // A failed write may leave half a line behind; the next one then starts on a fresh line.
  let torn = false;
  const counts = { written: 0, dropped: 0, failed: 0 };
  const stopTimer = options.every(options.flushMs, () => {
    if (waiting !== '') void drain();
  });

  function take(): Chunk {
    const chunk = { bytes: Buffer.from(torn ? `\n${waiting}` : waiting), at: 0, lines: waitingLines };
    waiting = '';
    waitingLines = 0;
    return chunk;
  }

  /** Writes until less than a full chunk waits: to write on would cost a system call for every few lines. */
  function drain(): Promise<void> {
    draining ??= writeChunks().finally(() => {
      draining = null;
    });
    return draining;
  }

  async function writeChunks(): Promise<void> {
    do {
      const chunk = take();
      try {
        await appendAll(descriptor, chunk);
        succeed(chunk);
      } catch (error) {
        lose(chunk, error);
      }
    } while (waiting.length >= chunkChars);
  }

  async function flush(): Promise<void> {
    // A drain that runs already may have taken its last chunk before the newest line came.
    while (waiting !== '' || draining !== null) await drain();
  }

  function succeed(chunk: Chunk): void {
    counts.written += chunk.lines;
    failing = false;
    torn = false;
  }

  function lose(chunk: Chunk, error: unknown): void {
    counts.failed += chunk.lines;
    torn ||= chunk.at > 0;
    if (!failing) options.onError(error instanceof Error ? error : new Error(String(error)));
    failing = true;
  }

  return {
    write(line) {
      if (waiting.length + line.length > options.waitingCharsMax) {
        counts.dropped += 1;
        return;
      }
      waiting += line;
      waitingLines += 1;
      if (waiting.length >= chunkChars && draining === null) void drain();
    },
    flush,
    flushNow() {
      if (waiting === '') return;
      const chunk = take();
      try {
        while (chunk.at < chunk.bytes.length) chunk.at += writeSync(descriptor, chunk.bytes, chunk.at);
        succeed(chunk);
      } catch (error) {
        lose(chunk, error);
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

interface Chunk {
  readonly bytes: Buffer;
  /** How much of it is written. */
  at: number;
  readonly lines: number;
}

async function appendAll(descriptor: number, chunk: Chunk): Promise<void> {
  while (chunk.at < chunk.bytes.length) {
    try {
      chunk.at += (await writeChunk(descriptor, chunk.bytes, chunk.at)).bytesWritten;
    } catch (error) {
      // A pipe whose reader is slow says so; the lines wait meanwhile, and those beyond the bound are dropped.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

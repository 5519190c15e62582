import { Worker } from 'node:worker_threads';
import { fail } from '@slipway/core';
import type { FileCount } from './count-records.ts';
import type { CountMessage } from './count-worker.ts';
import type { BatchFile } from './file-format.ts';

/** A count that runs on a thread of its own, beside the scoring that it checks. */
export interface Counting {
  /** Rejects with BATCH_FAILED where the file cannot be read to its end. */
  readonly result: Promise<FileCount>;
  /** Aborts as soon as a line is found that ends inside quotes, long before the count is over. */
  readonly quotedBreak: AbortSignal;
  stop(): Promise<void>;
}

export function startCounting(file: BatchFile): Counting {
  // The thread holds one chunk and one hash: a small heap is enough, and keeps the whole run small.
  const worker = new Worker(new URL('./count-worker.ts', import.meta.url), {
    workerData: file,
    name: 'slipway-count',
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  });
  const quotedBreak = new AbortController();
  const result = new Promise<FileCount>((resolve, reject) => {
    worker.on('message', (message: CountMessage) => {
      if (message.kind === 'done') resolve(message.count);
      else quotedBreak.abort();
    });
    worker.once('error', (cause) => reject(unreadable(file, cause)));
    worker.once('exit', () => reject(unreadable(file, new Error('the counting thread ended early'))));
  });
  // Who awaits it late, or never because scoring failed first, must not cost the process its life.
  result.catch(() => {});
  return {
    result,
    quotedBreak: quotedBreak.signal,
    stop: async () => {
      await worker.terminate();
    },
  };
}

function unreadable(file: BatchFile, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return fail('BATCH_FAILED', { message: `The file cannot be read: ${reason}.`, where: file.path, cause });
}

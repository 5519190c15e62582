import { Worker } from 'node:worker_threads';
import { countRecords, type FileCount } from './count-records.ts';
import type { CountMessage } from './count-worker.ts';
import type { BatchFile } from './file-format.ts';
import { unreadable } from './read-chunks.ts';

/** A count that runs on a thread of its own, beside the scoring that it checks. */
export interface Counting {
  /** Rejects with BATCH_FAILED where the file cannot be read to its end. */
  readonly result: Promise<FileCount>;
  /** Aborts as soon as a line is found that ends inside quotes, long before the count is over. */
  readonly quotedBreak: AbortSignal;
  stop(): Promise<void>;
}

/** Below this a thread costs more to start than the work that it takes off the main thread, which is mostly idle. */
const threadBytesMin = 64 * 1024 * 1024;

/** Starts to count a file of that many bytes. */
export function startCounting(file: BatchFile, bytes: number): Counting {
  const quotedBreak = new AbortController();
  const onQuotedBreak = () => quotedBreak.abort();
  const isShort = bytes < threadBytesMin || file.format === 'parquet';
  const counting = isShort ? countHere(file, onQuotedBreak) : countOnThread(file, onQuotedBreak);
  // Who awaits it late, or never because scoring failed first, must not cost the process its life.
  counting.result.catch(() => {});
  return { ...counting, quotedBreak: quotedBreak.signal };
}

type Started = Omit<Counting, 'quotedBreak'>;

function countHere(file: BatchFile, onQuotedBreak: () => void): Started {
  const result = countRecords(file, onQuotedBreak).catch((cause: unknown) => {
    throw unreadable(file.path, file.gzip, cause);
  });
  return { result, stop: async () => {} };
}

function countOnThread(file: BatchFile, onQuotedBreak: () => void): Started {
  // The thread holds one chunk and one hash: a small heap is enough, and keeps the whole run small.
  const worker = new Worker(new URL('./count-worker.ts', import.meta.url), {
    workerData: file,
    name: 'slipway-count',
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  });
  const result = new Promise<FileCount>((resolve, reject) => {
    worker.on('message', (message: CountMessage) => {
      if (message.kind === 'done') resolve(message.count);
      else onQuotedBreak();
    });
    worker.once('error', (cause) => reject(unreadable(file.path, file.gzip, cause)));
    worker.once('exit', () => reject(unreadable(file.path, false, new Error('the counting thread ended early'))));
  });
  return {
    result,
    stop: async () => {
      await worker.terminate();
    },
  };
}

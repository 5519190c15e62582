import type { BatchOptions } from './batch-options.ts';
import type { AskedPaths } from './run-paths.ts';
import type { RunRecord } from './run-record.ts';

export type { BatchOptions, BatchProgress } from './batch-options.ts';
export type { FileRecord, Question, RunRecord, ScoreHistogram } from './run-record.ts';

/** Raises what `runBatch` would for these paths, before anything is opened that they name. */
export async function checkRunPaths(paths: AskedPaths): Promise<void> {
  const { runPaths } = await import('./run-paths.ts');
  await runPaths(paths);
}

/** Scores a file into another; see `run-batch.ts`. The query engine is loaded when the first run asks for it. */
export async function runBatch(options: BatchOptions): Promise<RunRecord> {
  const batch = await import('./run-batch.ts');
  return batch.runBatch(options);
}

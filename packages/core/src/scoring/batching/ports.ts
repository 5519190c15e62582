import type { FeatureBatch, LaneValues } from '../../model/index.ts';

/** Calls `then` once after a time, unless the answered function is called before. */
export type After = (ms: number, then: () => void) => () => void;

/** Rows `from` to `to` of a batch. */
export interface Slice {
  readonly batch: FeatureBatch;
  readonly from: number;
  readonly to: number;
}

/** One run of the model. */
export interface Execution {
  /** One array a lane, the rows of the slices one after the other. */
  readonly lanes: Promise<readonly LaneValues[]>;
  /** Nobody waits for it any more, and it takes too long: whatever runs it is ended, and replaced. */
  abandon(): void;
}

/** What runs batches, several at a time. */
export interface Executors {
  /** How many run at once at most. */
  readonly max: number;
  /** How many could start now. */
  free(): number;
  /** Only where one is free. */
  start(slices: readonly Slice[]): Execution;
  /** Runs wait that nobody is free for: opens more, where there may be more. */
  want(runs: number): void;
  /**
   * `free` when an executor has become free otherwise than by the end of a run, which frees it before it is told;
   * `failed` when there is none, and none can be opened.
   */
  listen(listener: { free(): void; failed(thrown: unknown): void }): void;
}

/** Why a call was not run: too many wait, or it would be too late; it became too late, or its caller left. */
export type RejectReason = 'queue_full' | 'predicted_late' | 'deadline' | 'cancelled';

/** What a batcher tells of its work, for metrics. Must not throw; what it throws is ignored. */
export interface BatchMeter {
  /** A run begins: its rows, and the calls that they are of. */
  run(rows: number, calls: number): void;
  /** How long a call waited until the first of its rows went to the model. */
  wait(ms: number): void;
  reject(reason: RejectReason): void;
  /** What was learned: a run of n rows takes `perRowMs * n + fixedMs`. */
  learned(perRowMs: number, fixedMs: number): void;
  /** A worker was given up, since nobody waited for its run any more. */
  recycle(): void;
}

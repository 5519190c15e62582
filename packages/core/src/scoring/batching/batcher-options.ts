import type { FeatureBatch, RunLimits } from '../../model/index.ts';
import type { Clock } from '../types.ts';
import type { WaitingMax } from './admission.ts';
import type { LatencyModel } from './latency-model.ts';
import type { After, BatchMeter, Executors } from './ports.ts';

export interface BatcherOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly after: After;
  readonly executors: Executors;
  /** What a warm-up taught it; it goes on learning. */
  readonly model: LatencyModel;
  /** Rows of a run at least (fewer take as long) and at most. */
  readonly rowsMin: number;
  readonly rowsMax: number;
  /** Whether a run may hold the rows of several calls. */
  readonly mixes: boolean;
  /** Calls, rows and bytes that may wait. A call that waits alone may be of any size. */
  readonly waitingMax: WaitingMax;
  /** How long a run may go on that nobody waits for any more. */
  readonly graceMs: number;
  readonly meter: BatchMeter | null;
}

/** A call on its way in. */
export interface BatchCall {
  readonly batch: FeatureBatch;
  readonly bytes: number;
  /** More rows go through the model in pieces, by several executors where they are free. */
  readonly rowsPerPiece: number;
  readonly limits: RunLimits | undefined;
}

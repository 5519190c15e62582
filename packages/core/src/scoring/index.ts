export {
  type Admitted,
  type ConcurrencyLimit,
  type ConcurrencyLimitOptions,
  concurrencyLimit,
} from './admission/index.ts';
export { toJson } from './answer-json.ts';
export { laneStarts } from './answers.ts';
export {
  type After,
  Batcher,
  type BatchMeter,
  type Execution,
  type Executors,
  LatencyModel,
  type RejectReason,
  type Slice,
} from './batching/index.ts';
export { bindContract } from './bind.ts';
export { type GoldenRow, type GoldenRows, goldenDifferences, parseGolden, writeGolden } from './golden.ts';
export { withTypeBounds } from './integer-range.ts';
export { callerGone, deadlineExceeded } from './limits.ts';
export { isPromise, type MaybePromise } from './maybe-promise.ts';
export { createPredictor, type Predictor } from './predictor.ts';
export { rankRows } from './rank.ts';
export type { PredictorOptions } from './scoring-core.ts';
export { shortestFloat32 } from './shortest-float32.ts';
export type { Clock, ColumnField, ColumnPredictions, Prediction, PredictOptions, Refusal } from './types.ts';
export { valueText } from './value-text.ts';

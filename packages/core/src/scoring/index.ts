export { toJson } from './answer-json.ts';
export { bindContract } from './bind.ts';
export { type GoldenRow, type GoldenRows, goldenDifferences, parseGolden, writeGolden } from './golden.ts';
export { isPromise, type MaybePromise } from './maybe-promise.ts';
export { createPredictor, type Predictor, type PredictorOptions } from './predictor.ts';
export { rankRows } from './rank.ts';
export { shortestFloat32 } from './shortest-float32.ts';
export type { Clock, ColumnField, ColumnPredictions, Prediction, PredictOptions, Refusal } from './types.ts';

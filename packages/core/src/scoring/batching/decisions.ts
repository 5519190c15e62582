import type { LatencyModel } from './latency-model.ts';

/** Rows are added to a run until what it costs whatever its rows is this share of it; more would gain next to nothing. */
const fixedShareMin = 0.1;

/**
 * Rows up to which a larger run is worth it: from there on the fixed part is a tenth of the run, so that twice the rows
 * gain 5 % of throughput and double everybody's wait. 1 while the model is not known. No run is more than twice as
 * large as the largest that was seen, since the line may not hold beyond.
 */
export function rowsWorthwhile(model: LatencyModel, rowsMax: number): number {
  if (!model.isKnown) return 1;
  const { perRowMs, fixedMs } = model;
  const worth = perRowMs === 0 ? rowsMax : Math.round((fixedMs * (1 - fixedShareMin)) / (fixedShareMin * perRowMs));
  return Math.max(1, Math.min(rowsMax, 2 * model.rowsSeen, worth));
}

/**
 * How long to hold a run of `rows` rows back for one row more, which is expected in `gapMs`; 0 where that doesn't pay.
 *
 * Started now, the rows wait `t(n)` and the next one, which comes meanwhile, `t(n) - gap + t(1)`. Held back, all `n + 1`
 * wait `t(n + 1)`, and the `n` the gap, too. With `t(n) = a n + b` the sum of the waits is smaller where
 * `(n + 1) gap < b - n a`, and no longer than that is waited.
 */
export function holdMs(model: LatencyModel, rows: number, gapMs: number): number {
  if (!model.isKnown) return 0;
  const worthMs = (model.fixedMs - rows * model.perRowMs) / (rows + 1);
  return gapMs < worthMs ? worthMs : 0;
}

/** How many rows are done in so many milliseconds that are run in pieces of `rowsGoal`, by `executors` at once. */
export function rowsWithin(model: LatencyModel, ms: number, rowsGoal: number, executors: number): number {
  const pieces = Math.floor(ms / (model.perRowMs * rowsGoal + model.fixedMs));
  return Math.max(0, pieces * rowsGoal * executors);
}

/** How long `rows` rows take that are run in pieces of `rowsGoal`, by `executors` at once. */
export function workMs(model: LatencyModel, rows: number, rowsGoal: number, executors: number): number {
  const runs = Math.ceil(rows / rowsGoal);
  return (model.perRowMs * rows + model.fixedMs * runs) / executors;
}

import type { Lane, Precision } from '../../ir/program.ts';

/** For each row how far two engines may lie apart; null where they take the same steps, so that every bit must agree. */
export type Bound = Float64Array | null;

/** What is known of a batch where a step runs: the compiled engine's values of lanes, and the bounds so far. */
export interface Rows {
  readonly count: number;
  value(lane: Lane): Float64Array;
  bound(lane: Lane): Bound;
}

/** Half a unit in the last place, relative: what one rounding may change. */
export function unitOf(precision: Precision): number {
  if (precision === 'float32') return 2 ** -24;
  return precision === 'float64' ? 2 ** -53 : 0;
}

/** What one rounding in each engine may add to values that differ already; the last term is for subnormal ones. */
export function roundings(precision: Precision, value: number): number {
  const least = precision === 'float32' ? 2 ** -148 : 0;
  return 2 * unitOf(precision) * Math.abs(value) + least;
}

export function eachRow(rows: Rows, boundOf: (row: number) => number): Float64Array {
  const bound = new Float64Array(rows.count);
  for (let row = 0; row < rows.count; row++) bound[row] = boundOf(row);
  return bound;
}

/** The bound at a row: 0 where every bit agrees. */
export function at(bound: Bound, row: number): number {
  return bound === null ? 0 : bound[row];
}

/**
 * For functions that the engines compute alike: no bound where all inputs agree, else what the rule says of the rows
 * whose inputs don't.
 */
export function wherever(rows: Rows, inputs: readonly Bound[], boundOf: (row: number) => number): Bound {
  const differing = inputs.filter((bound) => bound !== null);
  if (differing.length === 0) return null;
  return eachRow(rows, (row) => (differing.some((bound) => bound[row] > 0) ? boundOf(row) : 0));
}

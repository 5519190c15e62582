import { assert } from '../errors/index.ts';
import { createSketchStore, type SketchStore } from './sketch-store.ts';

/** A sketch as JSON. Buckets are [index, count], ascending, of values above zero and, by their size, below zero. */
export interface SketchCounts {
  /** Every quantile is off by at most this share of the value. */
  readonly relativeAccuracy: number;
  /** Indices that one sign spans at most; below them the smallest sizes are counted together. */
  readonly binsMax: number;
  readonly count: number;
  readonly zeros: number;
  /** Null where nothing was counted. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly positive: readonly (readonly [index: number, count: number])[];
  readonly negative: readonly (readonly [index: number, count: number])[];
}

export interface SketchOptions {
  readonly relativeAccuracy: number;
  readonly binsMax: number;
}

/** One percent; 2048 buckets span 17 orders of magnitude of it. */
export const sketchOptions: SketchOptions = { relativeAccuracy: 0.01, binsMax: 2048 };

/** A size under this counts as zero. */
export const sketchZeroBelow = 1e-9;

/** Counts numbers for their quantiles while they go by. */
export interface Sketch {
  /** A finite number, so many times. */
  add(value: number, count?: number): void;
  /** Adds what another sketch with the same options counted, in this process or another. */
  merge(counts: SketchCounts): void;
  counts(): SketchCounts;
}

/**
 * DDSketch (C. Masson, J. E. Rim, H. K. Lee, DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees, 2019): bucket i holds the sizes in (g^(i-1), g^i], g = (1 + accuracy) / (1 - accuracy). Holds no sum,
 * since adding fractions depends on their order.
 */
export function createSketch(options: SketchOptions = sketchOptions): Sketch {
  const { relativeAccuracy, binsMax } = options;
  assert(relativeAccuracy > 0 && relativeAccuracy < 1, 'the relative accuracy is between 0 and 1');
  const perLog = 1 / Math.log(growthOf(relativeAccuracy));
  const positive = createSketchStore(binsMax);
  const negative = createSketchStore(binsMax);
  const total = { count: 0, zeros: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY };
  return {
    add(value, count = 1) {
      assert(Number.isFinite(value), 'a sketch counts finite numbers');
      assert(Number.isSafeInteger(count) && count > 0, `a value is counted once or more, not ${count} times`);
      total.count += count;
      total.minimum = Math.min(total.minimum, value);
      total.maximum = Math.max(total.maximum, value);
      const size = Math.abs(value);
      if (size < sketchZeroBelow) total.zeros += count;
      else (value > 0 ? positive : negative).add(Math.ceil(Math.log(size) * perLog), count);
    },
    merge(other) {
      assert(
        other.relativeAccuracy === relativeAccuracy && other.binsMax === binsMax,
        'sketches that merge have the same options',
      );
      total.count += other.count;
      total.zeros += other.zeros;
      total.minimum = Math.min(total.minimum, other.minimum ?? Number.POSITIVE_INFINITY);
      total.maximum = Math.max(total.maximum, other.maximum ?? Number.NEGATIVE_INFINITY);
      mergeStore(positive, other.positive);
      mergeStore(negative, other.negative);
    },
    counts: () => ({
      ...options,
      count: total.count,
      zeros: total.zeros,
      minimum: total.count === 0 ? null : total.minimum,
      maximum: total.count === 0 ? null : total.maximum,
      positive: positive.entries(),
      negative: negative.entries(),
    }),
  };
}

/**
 * The value at a quantile, 0 to 1: of the sorted values the one with index floor(q (count - 1)), off by at most the
 * relative accuracy; null where nothing was counted.
 */
export function sketchQuantile(sketch: SketchCounts, quantile: number): number | null {
  assert(quantile >= 0 && quantile <= 1, 'a quantile is 0 to 1');
  if (sketch.minimum === null || sketch.maximum === null) return null;
  const rank = Math.floor(quantile * (sketch.count - 1));
  const found = valueAtRank(sketch, rank);
  return Math.min(sketch.maximum, Math.max(sketch.minimum, found));
}

function valueAtRank(sketch: SketchCounts, rank: number): number {
  const growth = growthOf(sketch.relativeAccuracy);
  const middle = (index: number) => (2 * growth ** index) / (growth + 1);
  let left = rank;
  for (const [index, count] of sketch.negative.toReversed()) {
    if (left < count) return -middle(index);
    left -= count;
  }
  if (left < sketch.zeros) return 0;
  left -= sketch.zeros;
  for (const [index, count] of sketch.positive) {
    if (left < count) return middle(index);
    left -= count;
  }
  return Number.POSITIVE_INFINITY;
}

function growthOf(relativeAccuracy: number): number {
  return (1 + relativeAccuracy) / (1 - relativeAccuracy);
}

function mergeStore(store: SketchStore, entries: SketchCounts['positive']): void {
  for (const [index, count] of entries) store.add(index, count);
}

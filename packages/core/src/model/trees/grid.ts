import type { FloatArray } from '../ir/tree-ensemble.ts';

/** Thresholds of one bucket that three halvings tell apart, and how many buckets an input may take to get there. */
const crowdMax = 7;
const bucketsMax = 1024;

/**
 * Where to start the search for a value among ascending thresholds: the bucket of v is `(v - origin) * scale`, cut to
 * 0 ... first.length - 1. That line is monotone in float64 arithmetic, so thresholds of lower buckets lie below v and
 * those of higher ones do not, however the thresholds are spread.
 */
export interface Grid {
  readonly origin: number;
  readonly scale: number;
  /** Position of the first threshold of each bucket, or of the first after it. */
  readonly first: Int32Array;
  /** The width of the first halving: with 4, a search tells up to 7 thresholds apart. */
  readonly reach: number;
}

/** The smallest grid on which no bucket is crowded, or the largest one. */
export function gridOf(thresholds: FloatArray): Grid {
  const finite = thresholds.filter(Number.isFinite);
  const range = finite.length === 0 ? 0 : finite[finite.length - 1] - finite[0];
  const origin = finite[0] ?? 0;
  for (let count = range === 0 ? 1 : 16; ; count *= 2) {
    const scale = range === 0 ? 0 : (count - 1) / range;
    const { first, crowd } = fillBuckets(thresholds, count, (value) => bucketOf((value - origin) * scale, count - 1));
    if (crowd <= crowdMax || range === 0 || count >= bucketsMax) {
      return { origin, scale, first, reach: Math.max(4, 1 << (31 - Math.clz32(crowd))) };
    }
  }
}

function bucketOf(position: number, last: number): number {
  return position > 0 ? (position < last ? Math.floor(position) : last) : 0;
}

function fillBuckets(
  thresholds: FloatArray,
  count: number,
  bucket: (value: number) => number,
): { first: Int32Array; crowd: number } {
  const sizes = new Int32Array(count);
  for (const threshold of thresholds) sizes[bucket(threshold)] += 1;
  const first = new Int32Array(count);
  let before = 0;
  sizes.forEach((size, index) => {
    first[index] = before;
    before += size;
  });
  return { first, crowd: sizes.reduce((most, size) => Math.max(most, size), 0) };
}

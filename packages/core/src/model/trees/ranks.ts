import type { Conditions } from './conditions.ts';
import { blockRows, type Emitted } from './emitted-trees.ts';

/** Thresholds of one bucket that three halvings tell apart, and how many buckets a slot may take to get there. */
const crowdMax = 7;
const bucketsMax = 1024;

/**
 * Code that finds how many thresholds of a slot lie below a value: its rank. A straight line maps the value to a
 * bucket, a table gives the bucket's first threshold, and a search of fixed length ends in the right place without a
 * branch. The line is monotone in float64 arithmetic, so the result is exact however the thresholds lie.
 *
 * `<name>Rank(X, base)` marks the ranks of the 32 rows from `base` on in `<name>D`: bit r at the place of row r's rank.
 * NaN ranks above all thresholds, so that it answers no to every question.
 */
export function emitRanks(name: string, conditions: Conditions): Emitted {
  const slots = conditions.starts.length;
  const grids = Array.from(conditions.starts, (start, slot) =>
    gridOf(conditions.thresholds.subarray(start, conditions.ends[slot]), start),
  );
  const buckets = new Int32Array(grids.reduce((sum, grid) => sum + grid.first.length, 0));
  const lines = new Float64Array(slots * 2);
  const places = new Int32Array(slots * 4);
  let used = 0;
  grids.forEach((grid, slot) => {
    buckets.set(grid.first, used);
    lines.set([grid.origin, grid.scale], slot * 2);
    places.set([grid.first.length - 1, used, grid.reach, conditions.ends[slot]], slot * 4);
    used += grid.first.length;
  });
  const tables = {
    [`${name}T`]: conditions.thresholds,
    [`${name}B`]: buckets,
    [`${name}K`]: lines,
    [`${name}I`]: places,
  };
  return { source: sourceOf(name, slots), tables };
}

interface Grid {
  readonly origin: number;
  readonly scale: number;
  /** Place of the first threshold of each bucket, or of the first after it. */
  readonly first: Int32Array;
  /** The first halving's width: 4 tells up to 7 thresholds apart. */
  readonly reach: number;
}

/** The smallest grid on which no bucket is crowded, or the largest one. */
function gridOf(thresholds: Float32Array, start: number): Grid {
  const finite = thresholds.filter(Number.isFinite);
  const range = finite.length === 0 ? 0 : finite[finite.length - 1] - finite[0];
  for (let count = range === 0 ? 1 : 16; ; count *= 2) {
    const origin = finite[0] ?? 0;
    const scale = range === 0 ? 0 : (count - 1) / range;
    const { first, crowd } = fillBuckets(thresholds, start, count, (value) =>
      bucketOf((value - origin) * scale, count - 1),
    );
    if (crowd <= crowdMax || range === 0 || count >= bucketsMax) {
      return { origin, scale, first, reach: Math.max(4, 1 << (31 - Math.clz32(crowd))) };
    }
  }
}

function bucketOf(g: number, last: number): number {
  return g > 0 ? (g < last ? Math.floor(g) : last) : 0;
}

function fillBuckets(
  thresholds: Float32Array,
  start: number,
  count: number,
  bucket: (value: number) => number,
): { first: Int32Array; crowd: number } {
  const sizes = new Int32Array(count);
  for (const threshold of thresholds) sizes[bucket(threshold)] += 1;
  const first = new Int32Array(count);
  let before = start;
  sizes.forEach((size, index) => {
    first[index] = before;
    before += size;
  });
  return { first, crowd: Math.max(...sizes) };
}

function sourceOf(name: string, slots: number): string {
  const startAt = `const v = X[at + r];
      const g = (v - origin) * scale;
      let k = ${name}B[buckets + (g > 0 ? (g < last ? g | 0 : last) : 0)];`;
  const mark = `if (v !== v) k = end;
      ${name}D[k] ^= 1 << r;`;
  return `
function ${name}Rank(X, base) {
  for (let j = 0; j < ${slots}; j++) {
    const origin = ${name}K[2 * j], scale = ${name}K[2 * j + 1];
    const last = ${name}I[4 * j], buckets = ${name}I[4 * j + 1], reach = ${name}I[4 * j + 2], end = ${name}I[4 * j + 3];
    const at = j * ${blockRows} + base | 0;
    if (reach === 4) for (let r = 0; r < 32; r++) {
      ${startAt}
      k = k + ((${name}T[k + 3] < v | 0) << 2) | 0;
      k = k + ((${name}T[k + 1] < v | 0) << 1) | 0;
      k = k + (${name}T[k] < v | 0) | 0;
      ${mark}
    }
    else for (let r = 0; r < 32; r++) {
      ${startAt}
      for (let h = reach; h > 0; h >>= 1) k = k + (h & -(${name}T[k + h - 1] < v | 0)) | 0;
      ${mark}
    }
  }
}`;
}

import { assert } from '../errors/index.ts';
import { countInto } from './bins.ts';
import type { FieldProfile, Reference } from './types.ts';

/** What was counted of one score, as JSON. Counts of disjoint sets of rows add up to the counts of their union. */
export interface ScoreCounts {
  readonly name: string;
  readonly count: number;
  /** Rows without this score: refused, or answered by a fallback. */
  readonly missing: number;
  /** Null for categories, and where nothing was counted. */
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Rows in each bin of the reference; for categories in each category, and at the end in any other. */
  readonly counts: readonly number[];
}

/** Counts scores over the frozen bins of a reference while they go by. */
export interface ScoreProfile {
  /** The scores that the reference knows. Others are ignored by `add`. */
  readonly names: readonly string[];
  /** Adds the first `rows` values of one score; NaN counts as missing, among categories null and the empty text. Keeps nothing of `values`. */
  add(name: string, values: ArrayLike<number> | readonly (string | null)[], rows?: number): void;
  /** Adds what another profile over the same reference counted, in this process or another. */
  merge(counts: readonly ScoreCounts[]): void;
  counts(): readonly ScoreCounts[];
}

export function createScoreProfile(reference: Reference): ScoreProfile {
  const counters = new Map(reference.scores.map((profile) => [profile.name, createCounter(profile)]));
  return {
    names: [...counters.keys()],
    add: (name, values, rows = values.length) => counters.get(name)?.add(values, rows),
    merge(counts) {
      for (const part of counts) counters.get(part.name)?.merge(part);
    },
    counts: () => [...counters.values()].map((counter) => counter.counts()),
  };
}

interface Counter {
  add(values: ArrayLike<number | string | null>, rows: number): void;
  merge(part: ScoreCounts): void;
  counts(): ScoreCounts;
}

function createCounter(profile: FieldProfile): Counter {
  return profile.kind === 'number' ? numberCounter(profile.name, profile.edges) : categoryCounter(profile);
}

function numberCounter(name: string, fixedEdges: readonly number[]): Counter {
  const edges = Float64Array.from(fixedEdges);
  const counts = new Float64Array(edges.length + 1);
  const total = { rows: 0, sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY };
  return {
    add(values, rows) {
      countInto(counts, edges, values as ArrayLike<number>, rows);
      addRange(total, values as ArrayLike<number>, rows);
      total.rows += rows;
    },
    merge(part) {
      mergeCounts(counts, part);
      total.rows += part.count + part.missing;
      if (part.mean === null || part.minimum === null || part.maximum === null) return;
      total.sum += part.mean * part.count;
      total.minimum = Math.min(total.minimum, part.minimum);
      total.maximum = Math.max(total.maximum, part.maximum);
    },
    counts() {
      const count = sumOf(counts);
      const known = count > 0;
      return {
        name,
        count,
        missing: total.rows - count,
        minimum: known ? total.minimum : null,
        maximum: known ? total.maximum : null,
        mean: known ? total.sum / count : null,
        counts: [...counts],
      };
    },
  };
}

function addRange(
  total: { sum: number; minimum: number; maximum: number },
  values: ArrayLike<number>,
  rows: number,
): void {
  let { sum, minimum, maximum } = total;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    sum += value;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  total.sum = sum;
  total.minimum = minimum;
  total.maximum = maximum;
}

function categoryCounter(profile: Extract<FieldProfile, { kind: 'category' }>): Counter {
  const bins = new Map(profile.categories.map(({ value }, bin) => [value, bin]));
  const counts = new Float64Array(bins.size + 1);
  let rowsTotal = 0;
  return {
    add(values, rows) {
      rowsTotal += rows;
      for (let row = 0; row < rows; row++) {
        const value = values[row];
        if (value === null || value === '') continue;
        counts[bins.get(String(value)) ?? bins.size]++;
      }
    },
    merge(part) {
      mergeCounts(counts, part);
      rowsTotal += part.count + part.missing;
    },
    counts() {
      const count = sumOf(counts);
      const missing = rowsTotal - count;
      return { name: profile.name, count, missing, minimum: null, maximum: null, mean: null, counts: [...counts] };
    },
  };
}

function mergeCounts(counts: Float64Array, part: ScoreCounts): void {
  assert(part.counts.length === counts.length, `counts of ${part.name} come from the same reference`);
  for (let bin = 0; bin < counts.length; bin++) counts[bin] += part.counts[bin];
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

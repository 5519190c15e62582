import { binsMax, categoriesMax, countInto, equalFrequencyEdges } from './bins.ts';
import type { CategoryProfile, FieldProfile, NumberProfile, ProfileColumn, Reference } from './types.ts';

export interface ReferenceOptions {
  readonly model: string;
  readonly version: string;
  /** Feature columns of all rows that the model was made from. */
  readonly features: readonly ProfileColumn[];
  /** Score columns of rows that the model did not learn from. */
  readonly scores: readonly ProfileColumn[];
}

/** Profiles the columns and freezes their bins: equal-frequency bins of numbers, the most frequent categories of text. */
export function buildReference(options: ReferenceOptions): Reference {
  return {
    slipway_reference: 1,
    model: options.model,
    version: options.version,
    features: options.features.map(profileColumn),
    scores: options.scores.map(profileColumn),
  };
}

function profileColumn({ name, values }: ProfileColumn): FieldProfile {
  return isNumeric(values) ? profileNumbers(name, values) : profileCategories(name, values);
}

function isNumeric(values: ProfileColumn['values']): values is ArrayLike<number> {
  return ArrayBuffer.isView(values) || typeof values[0] === 'number';
}

function profileNumbers(name: string, values: ArrayLike<number>): NumberProfile {
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const count = sorted.length;
  const edges = equalFrequencyEdges(sorted, binsMax);
  const counts = new Float64Array(edges.length + 1);
  countInto(counts, Float64Array.from(edges), sorted, count);
  const isConstant = count > 0 && sorted[0] === sorted[count - 1];
  // A mean of equal values is one of them, and not what rounding makes of it.
  const mean = count === 0 ? null : isConstant ? sorted[0] : average(sorted);
  return {
    kind: 'number',
    name,
    count,
    missing: values.length - count,
    minimum: count === 0 ? null : sorted[0],
    maximum: count === 0 ? null : sorted[count - 1],
    mean,
    sd: mean === null || count < 2 ? null : deviation(sorted, mean),
    edges,
    counts: [...counts],
  };
}

function average(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value / values.length;
  return sum;
}

function deviation(values: Float64Array, mean: number): number {
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return Math.sqrt(squares / (values.length - 1));
}

function profileCategories(name: string, values: readonly (string | null)[]): CategoryProfile {
  const found = new Map<string, number>();
  for (const value of values) if (value !== null) found.set(value, (found.get(value) ?? 0) + 1);
  const ordered = [...found].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const categories = ordered.slice(0, categoriesMax).map(([value, count]) => ({ value, count }));
  const count = ordered.reduce((sum, [, times]) => sum + times, 0);
  const told = categories.reduce((sum, category) => sum + category.count, 0);
  return { kind: 'category', name, count, missing: values.length - count, categories, other: count - told };
}

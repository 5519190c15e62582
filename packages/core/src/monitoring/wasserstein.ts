import { assert } from '../errors/index.ts';
import { sortedValues } from './sorted-values.ts';

/**
 * Wasserstein-1 distance of two samples of numbers, in their unit: the area between their distribution functions, or
 * how far a value has to go on average for one sample to become the other. NaN counts as missing.
 */
export function wassersteinDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  return areaBetween(sortedValues(reference), sortedValues(current));
}

/**
 * Wasserstein-1 divided by the reference's standard deviation (with n, not n - 1): without a unit. Infinite where
 * all values of the reference are equal and those of the other sample are not the same.
 */
export function standardisedWasserstein(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const before = sortedValues(reference);
  const distance = areaBetween(before, sortedValues(current));
  return distance === 0 ? 0 : distance / populationDeviation(before);
}

function areaBetween(a: Float64Array, b: Float64Array): number {
  assert(a.length > 0 && b.length > 0, 'both samples have a value');
  let area = 0;
  let i = 0;
  let j = 0;
  let at = Math.min(a[0], b[0]);
  while (i < a.length || j < b.length) {
    const next = Math.min(
      i < a.length ? a[i] : Number.POSITIVE_INFINITY,
      j < b.length ? b[j] : Number.POSITIVE_INFINITY,
    );
    if (next > at) area += (next - at) * Math.abs(i / a.length - j / b.length);
    at = next;
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
  }
  return area;
}

/** Of ascending values. Equal ones have none, though their mean is rounded; and squares of huge ones are not taken. */
function populationDeviation(sorted: Float64Array): number {
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === last) return 0;
  const scale = Math.max(Math.abs(first), Math.abs(last));
  let mean = 0;
  for (const value of sorted) mean += value / scale / sorted.length;
  let variance = 0;
  for (const value of sorted) variance += (value / scale - mean) ** 2 / sorted.length;
  return scale * Math.sqrt(variance);
}

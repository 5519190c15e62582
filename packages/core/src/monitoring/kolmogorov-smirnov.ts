import { assert } from '../errors/index.ts';
import { outsidePathShare } from './lattice-paths.ts';
import { sortedValues } from './sorted-values.ts';

/** Two-sample Kolmogorov-Smirnov test, two-sided. */
export interface KolmogorovSmirnov {
  /** Largest difference of the two empirical distribution functions, 0 to 1. */
  readonly statistic: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** The exact p-value is computed where neither sample has more values. */
const exactCountMax = 10_000;

/**
 * Compares two samples of numbers; NaN counts as missing. `exact` is the chance, among all ways of dealing the values
 * into samples of these sizes, of a difference at least as large (J. L. Hodges, The significance probability of the
 * Smirnov two-sample test, 1958); with equal values it errs to the safe side. `asymptotic` is Kolmogorov's limit of
 * sqrt(nm / (n + m)) D.
 */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  method: 'auto' | 'exact' | 'asymptotic' = 'auto',
): KolmogorovSmirnov {
  const a = sortedValues(reference);
  const b = sortedValues(current);
  assert(a.length > 0 && b.length > 0, 'both samples have a value');
  const gap = largestGap(a, b);
  const statistic = gap / (a.length * b.length);
  const small = Math.max(a.length, b.length) <= exactCountMax;
  if (method === 'exact' || (method === 'auto' && small)) {
    return { statistic, pValue: outsidePathShare(a.length, b.length, gap), method: 'exact' };
  }
  const scale = Math.sqrt((a.length / (a.length + b.length)) * b.length);
  return { statistic, pValue: kolmogorovSurvival(scale * statistic), method: 'asymptotic' };
}

/** The largest difference times n times m: a whole number, so that nothing is lost before it is compared. */
function largestGap(a: Float64Array, b: Float64Array): number {
  let largest = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length));
  }
  return largest;
}

/** Both series of the limit converge within a few terms on their side of this. */
const seriesSwitch = 1.18;

/** P(K > x) for Kolmogorov's limit distribution: 2 sum (-1)^(k-1) exp(-2 k^2 x^2), or its theta form for small x. */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1;
  if (x >= seriesSwitch) {
    let sum = 0;
    for (let k = 5; k >= 1; k--) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
    return sum;
  }
  let sum = 0;
  for (let k = 4; k >= 1; k--) sum += Math.exp((-((2 * k - 1) ** 2) * Math.PI ** 2) / (8 * x * x));
  return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
}

import { assert } from '../errors/index.ts';
import type { Interval } from './bernoulli-sequence.ts';
import type { Alternative } from './e-process.ts';
import { type Moments, variance } from './moments.ts';

export interface MeanOptions {
  readonly alpha: number;
  readonly alternative: Alternative;
  /** Values, of both sides together, at which the interval shall be narrowest. */
  readonly countOptimal: number;
}

/** What is said of a mean, or of an effect; nothing where there are too few values for it to hold. */
export type MeanResult =
  | ({ readonly kind: 'interval'; readonly estimate: number; readonly count: number } & Interval & {
        /** Against no effect; for one mean, against a mean of 0. It holds at every look. */
        readonly pValue: number;
      })
  | { readonly kind: 'inconclusive'; readonly reason: string; readonly count: number; readonly countNeeded: number };

/** The fewest values a side. Under that the sequence holds the truth less often than it says, the rarer the events the less. */
export const meanCountMin = 500;

/**
 * Asymptotic confidence sequence of a mean: the intervals of all times together hold the truth with chance 1 - alpha,
 * nearly, for large samples. I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A. Ramdas, Time-uniform central limit
 * theory and asymptotic confidence sequences (arXiv 2103.06476). For proportions take `bernoulliSequence`: it is exact.
 */
export function meanSequence(sample: Moments, options: MeanOptions): MeanResult {
  const few = tooFew([sample]);
  return few ?? effect(sample.mean, variance(sample) / sample.count, sample.count, options);
}

/** The same for the difference of two means: candidate less stable. */
export function differenceSequence(stable: Moments, candidate: Moments, options: MeanOptions): MeanResult {
  const few = tooFew([stable, candidate]);
  if (few !== null) return few;
  const squaredError = variance(stable) / stable.count + variance(candidate) / candidate.count;
  return effect(candidate.mean - stable.mean, squaredError, stable.count + candidate.count, options);
}

/**
 * The same for the relative difference, (candidate - stable) / stable, with the variance of the delta method:
 * V_c / (n_c m_s^2) + V_s m_c^2 / (n_s m_s^4). Nothing is said where the stable mean is too near to 0 for that method.
 */
export function relativeSequence(stable: Moments, candidate: Moments, options: MeanOptions): MeanResult {
  const few = tooFew([stable, candidate]);
  if (few !== null) return few;
  const count = stable.count + candidate.count;
  if (!(Math.abs(stable.mean) > baseErrorsMin * Math.sqrt(variance(stable) / stable.count))) {
    const reason = `The mean that the difference would be relative to is within ${baseErrorsMin} standard errors of 0.`;
    return { kind: 'inconclusive', reason, count, countNeeded: meanCountMin };
  }
  const ratio = candidate.mean / stable.mean;
  const base = stable.mean * stable.mean;
  const squaredError =
    variance(candidate) / (candidate.count * base) + (variance(stable) * ratio * ratio) / (stable.count * base);
  return effect(ratio - 1, squaredError, count, options);
}

/**
 * Half the width of the interval: se sqrt(n) sqrt(2 (n r^2 + 1) / (n r)^2 ln(L)), L = sqrt(n r^2 + 1) / alpha two-sided,
 * 1 + sqrt(n r^2 + 1) / (2 alpha) one-sided; r^2 = (2 ln(1/c) + ln(1 + 2 ln(1/c))) / N, c = alpha or 2 alpha.
 */
export function meanMargin(standardError: number, count: number, options: MeanOptions): number {
  const { alpha, alternative } = options;
  const squareRate = count * squaredRho(options);
  const log =
    alternative === 'two-sided'
      ? Math.log(Math.sqrt(squareRate + 1) / alpha)
      : Math.log1p(Math.sqrt(squareRate + 1) / (2 * alpha));
  return standardError * Math.sqrt(((2 * (squareRate + 1)) / squareRate) * log);
}

/** Standard errors that the mean of `stable` must be away from 0 for a relative difference. */
const baseErrorsMin = 4;

function squaredRho({ alpha, alternative, countOptimal }: MeanOptions): number {
  assert(alpha > 0 && alpha < 0.5, `alpha is above 0 and below 0.5, not ${alpha}`);
  assert(countOptimal > 0, `the values at which it is narrowest are more than 0, not ${countOptimal}`);
  const twice = -2 * Math.log(alternative === 'two-sided' ? alpha : 2 * alpha);
  return (twice + Math.log1p(twice)) / countOptimal;
}

function tooFew(samples: readonly Moments[]): MeanResult | null {
  assert(
    samples.every(({ count, mean, squares }) => count >= 0 && squares >= 0 && !Number.isNaN(mean)),
    'the moments of a sample are numbers: no value of it may be missing',
  );
  const count = Math.min(...samples.map((sample) => sample.count));
  if (count >= meanCountMin) return null;
  const reason = `${count} values are fewer than the ${meanCountMin} that a mean's interval needs.`;
  return { kind: 'inconclusive', reason, count, countNeeded: meanCountMin };
}

function effect(estimate: number, squaredError: number, count: number, options: MeanOptions): MeanResult {
  if (!(squaredError > 0)) {
    const reason = 'All values are equal: their spread says nothing of the mean.';
    return { kind: 'inconclusive', reason, count, countNeeded: meanCountMin };
  }
  const standardError = Math.sqrt(squaredError);
  const margin = meanMargin(standardError, count, options);
  const lower = options.alternative === 'less' ? Number.NEGATIVE_INFINITY : estimate - margin;
  const upper = options.alternative === 'greater' ? Number.POSITIVE_INFINITY : estimate + margin;
  const pValue = pValueOf(estimate / standardError, count, options);
  return { kind: 'interval', estimate, lower, upper, count, pValue };
}

/** 1 / E of no effect; one-sided, the alpha at which the interval's end touches 0, with the same rho. */
function pValueOf(z: number, count: number, options: MeanOptions): number {
  const squareRate = count * squaredRho(options);
  const root = Math.sqrt(squareRate + 1);
  const logE = (z * z * squareRate) / (2 * (squareRate + 1));
  if (options.alternative === 'two-sided') return Math.min(1, root * Math.exp(-logE));
  const isTowards = options.alternative === 'greater' ? z > 0 : z < 0;
  return isTowards ? Math.min(1, root / (2 * Math.expm1(logE))) : 1;
}

import { assert } from '../errors/index.ts';
import { logBetaPower } from './deviance.ts';
import { logBetaTails, logTailOverPower } from './incomplete-beta.ts';
import { assertAlpha, assertCounts } from './preconditions.ts';

/** Successes of independent trials. Counts of several places and times are merged by adding. */
export interface BinomialCounts {
  readonly successes: number;
  readonly trials: number;
}

/** Which departure from p0 is looked for: any, p > p0, or p < p0. One-sided, the null is all of the other side. */
export type Alternative = 'two-sided' | 'greater' | 'less';

/** A Beta-binomial e-process against a known p0. */
export interface EProcess {
  /** The chance of a success under the null, above 0 and below 1. */
  readonly p0: number;
  readonly alternative: Alternative;
  /** The chance of ever deciding where the null holds, at most. */
  readonly alpha: number;
  /** Trials at which it shall be sharpest. */
  readonly trialsOptimal: number;
}

/** Parameters of the Beta prior over p. */
export interface BetaPrior {
  readonly a: number;
  readonly b: number;
}

/**
 * The prior, centred on p0: a = p0 K, b = (1 - p0) K with K = t / (2 ln(1/c) + ln(1 + 2 ln(1/c))) - 1, at least 0.001;
 * t is `trialsOptimal`, and c is alpha, or 2 alpha where the test is one-sided. Howard, Ramdas, McAuliffe and Sekhon,
 * Time-uniform, nonparametric, nonasymptotic confidence sequences (arXiv 1810.08240).
 */
export function betaPrior({ p0, alternative, alpha, trialsOptimal }: EProcess): BetaPrior {
  assert(p0 > 0 && p0 < 1, `p0 is above 0 and below 1, not ${p0}`);
  assert(alpha > 0 && alpha < 0.5, `alpha is above 0 and below 0.5, not ${alpha}`);
  assert(
    trialsOptimal > 0 && Number.isFinite(trialsOptimal),
    `the trials at which the test is sharpest are more than 0, not ${trialsOptimal}`,
  );
  const twice = -2 * Math.log(alternative === 'two-sided' ? alpha : 2 * alpha);
  const concentration = Math.max(trialsOptimal / (twice + Math.log1p(twice)) - 1, concentrationMin);
  return { a: p0 * concentration, b: (1 - p0) * concentration };
}

/**
 * ln E after these counts. E is the likelihood of the counts under the prior, relative to that under p0; one-sided, the
 * prior is cut off at p0, and E is a supermartingale for every p of the null. So P(E ever reaches 1 / alpha) is at most
 * alpha where the null holds (Ville), whenever and however often one looks. Trials must be independent of each other.
 * Exact for any number of trials. One-sided, p0 is at least 1e-9 away from 0 and 1. Same source.
 */
export function logEValue(counts: BinomialCounts, test: EProcess): number {
  assertCounts(counts);
  const { successes, trials } = counts;
  const { p0, alternative } = test;
  const { a, b } = betaPrior(test);
  const failures = trials - successes;
  const before = logBetaPower(a, b, p0);
  if (alternative === 'two-sided') return before - logBetaPower(a + successes, b + failures, p0);
  assert(
    Math.min(p0, 1 - p0) >= oneSidedMin * (1 - oneSidedRounding),
    `p0 is at least ${oneSidedMin} away from 0 and 1, not ${p0}`,
  );
  const side = alternative === 'greater' ? 'upper' : 'lower';
  // Far on the side of the null both the power and the tail are huge and cancel: so they are never taken apart.
  return before + logTailOverPower(a + successes, b + failures, p0, side) - logBetaTails(a, b, p0)[side];
}

/** Nearer to an end, the prior has so little on the far side of p0 that no digit of it is left. */
export const oneSidedMin = 1e-9;
/** 1 - 0.999999999 is a little less than 1e-9 in floating point. */
const oneSidedRounding = 1e-7;

/** ln E at which the process has decided: ln(1 / alpha). */
export function decisionThreshold(alpha: number): number {
  assertAlpha(alpha);
  return -Math.log(alpha);
}

/** Where a process stands. */
export interface EProcessState extends BinomialCounts {
  /** ln E now. */
  readonly logE: number;
  /** The highest ln E at any look: what decides, and what the p-value is made of. */
  readonly logEMax: number;
}

/** The process before any trial. E is 1. */
export const eProcessStart: EProcessState = { successes: 0, trials: 0, logE: 0, logEMax: 0 };

/** The state after more counts. Where many places count, add their counts before this. */
export function advanceEProcess(state: EProcessState, more: BinomialCounts, test: EProcess): EProcessState {
  const counts = { successes: state.successes + more.successes, trials: state.trials + more.trials };
  const logE = logEValue(counts, test);
  return { ...counts, logE, logEMax: Math.max(state.logEMax, logE) };
}

/** Whether E ever reached 1 / alpha. It stays decided. */
export function hasDecided(state: EProcessState, { alpha }: Pick<EProcess, 'alpha'>): boolean {
  return state.logEMax >= decisionThreshold(alpha);
}

/** The anytime p-value: 1 / the highest E so far. It holds at every look. */
export function anytimePValue(state: EProcessState): number {
  return Math.exp(-Math.max(0, state.logEMax));
}

const concentrationMin = 1e-3;

import { assert } from '../errors/index.ts';
import { logGammaPower } from './deviance.ts';

export interface SampleRatioOptions {
  /** The share of units that each variant is assigned, in order; together 1. */
  readonly shares: readonly number[];
  readonly alpha: number;
  /** A difference of shares up to this is not worth stopping for, however sure it is. */
  readonly margin: number;
  /** How closely the prior holds to the shares: about the units at which the test is sharpest. */
  readonly concentration?: number;
}

/** ssrm-test's own. */
export const sampleRatioConcentration = 10_000;

export interface SampleRatioState {
  /** Units assigned so far, by variant. Counts of several places are merged by adding, before they come in here. */
  readonly counts: readonly number[];
  readonly logBayesFactor: number;
  /** The highest at any look: what the p-value is made of. */
  readonly logBayesFactorMax: number;
}

export interface SampleRatioResult {
  /** `leak`: a variant of share 0 has units, which no chance explains. `mismatch`: sure, and over the margin. */
  readonly kind: 'leak' | 'mismatch' | 'none';
  /** Anytime p-value: holds at every look. */
  readonly pValue: number;
  /** The largest difference between the share that a variant has and its own. */
  readonly difference: number;
  /** The variant that differs most, by its place. */
  readonly variant: number;
  readonly units: number;
}

/**
 * ln of the Bayes factor of a Dirichlet-multinomial against the multinomial of the shares: lnG(A) - lnG(A + N) +
 * sum(lnG(A s + n) - lnG(A s)) - sum(n ln s). A martingale where the shares hold, so P(ever >= 1 / alpha) <= alpha.
 * M. Lindon and A. Malek, NeurIPS 2022 (arXiv 2011.03567). Infinite where a variant of share 0 has a unit. Computed from
 * each gamma function's distance to its mean, since the functions themselves cancel but for the last digits.
 */
export function logSampleRatioFactor(
  counts: readonly number[],
  shares: readonly number[],
  concentration = sampleRatioConcentration,
): number {
  assert(counts.length === shares.length, `${counts.length} counts and ${shares.length} shares`);
  assert(
    shares.every((share) => share >= 0) && Math.abs(total(shares) - 1) < 1e-9,
    'the shares are 0 or more, and together 1',
  );
  assert(
    counts.every((count) => count >= 0) && total(counts) <= Number.MAX_SAFE_INTEGER,
    `${counts.join(', ')} are no counts of units`,
  );
  assert(
    concentration > 0 && Number.isFinite(concentration),
    `the concentration is a number above 0, not ${concentration}`,
  );
  if (shares.some((share, at) => share === 0 && counts[at] > 0)) return Number.POSITIVE_INFINITY;
  const units = total(counts);
  const used = shares.flatMap((share, at) => (share > 0 ? [{ share, count: counts[at] }] : []));
  const after = used.map(({ share, count }) =>
    logGammaPower(concentration * share + count, (concentration + units) * share),
  );
  const before = used.map(({ share }) => logGammaPower(concentration * share, concentration * share));
  const whole =
    logGammaPower(concentration + units, concentration + units) - logGammaPower(concentration, concentration);
  return whole - (total(after) - total(before));
}

/** Before any unit. */
export function sampleRatioStart(variants: number): SampleRatioState {
  return { counts: new Array<number>(variants).fill(0), logBayesFactor: 0, logBayesFactorMax: 0 };
}

export function advanceSampleRatio(
  state: SampleRatioState,
  more: readonly number[],
  options: SampleRatioOptions,
): SampleRatioState {
  assert(more.length === state.counts.length, `${more.length} counts for ${state.counts.length} variants`);
  const counts = state.counts.map((count, at) => count + more[at]);
  const logBayesFactor = logSampleRatioFactor(counts, options.shares, options.concentration);
  return { counts, logBayesFactor, logBayesFactorMax: Math.max(state.logBayesFactorMax, logBayesFactor) };
}

/**
 * Whether assignment does what was configured. A sample ratio mismatch means that the variants cannot be compared: it
 * holds a rollout, and never rolls back by itself. The p-value is that of all looks, the difference the one by now.
 */
export function sampleRatioResult(state: SampleRatioState, options: SampleRatioOptions): SampleRatioResult {
  const units = total(state.counts);
  const differences = options.shares.map((share, at) => (units === 0 ? 0 : Math.abs(state.counts[at] / units - share)));
  const leak = options.shares.findIndex((share, at) => share === 0 && state.counts[at] > 0);
  const difference = Math.max(...differences);
  const pValue = Math.exp(-Math.max(0, state.logBayesFactorMax));
  if (leak >= 0) return { kind: 'leak', pValue: 0, difference: differences[leak], variant: leak, units };
  const isMismatch = pValue <= options.alpha && difference > options.margin;
  return {
    kind: isMismatch ? 'mismatch' : 'none',
    pValue,
    difference,
    variant: differences.indexOf(difference),
    units,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

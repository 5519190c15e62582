import { assert } from '../errors/index.ts';
import type { Interval } from './bernoulli-sequence.ts';
import type { Alternative, BinomialCounts } from './e-process.ts';
import { betaQuantile } from './incomplete-beta.ts';
import { normalQuantile } from './normal.ts';
import { assertAlpha, assertCounts } from './preconditions.ts';

export interface ProportionOptions {
  readonly alpha: number;
  /** `greater` bounds the proportion from below, `less` from above, each at alpha; `two-sided` at alpha / 2 a side. */
  readonly alternative: Alternative;
}

/**
 * The Clopper-Pearson interval: exact, holds the truth with chance 1 - alpha at least. For one look at a sample whose
 * size was fixed beforehand; for looking again and again, `bernoulliSequence`.
 */
export function clopperPearson(counts: BinomialCounts, { alpha, alternative }: ProportionOptions): Interval {
  assertCounts(counts);
  assertAlpha(alpha);
  const { successes, trials } = counts;
  const tail = alternative === 'two-sided' ? alpha / 2 : alpha;
  const failures = trials - successes;
  const hasLower = alternative !== 'less' && successes > 0;
  const hasUpper = alternative !== 'greater' && failures > 0;
  return {
    lower: hasLower ? betaQuantile(tail, successes, failures + 1) : 0,
    upper: hasUpper ? betaQuantile(1 - tail, successes + 1, failures) : 1,
  };
}

/** The Wilson score interval: narrower, right on average, not for every proportion (E. B. Wilson, 1927). */
export function wilson(counts: BinomialCounts, { alpha, alternative }: ProportionOptions): Interval {
  assertCounts(counts);
  assertAlpha(alpha);
  const { successes, trials } = counts;
  if (trials === 0) return { lower: 0, upper: 1 };
  const z = -normalQuantile(alternative === 'two-sided' ? alpha / 2 : alpha);
  const p = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = (p + (z * z) / (2 * trials)) / scale;
  const margin = (z / scale) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return {
    lower: alternative === 'less' || successes === 0 ? 0 : centre - margin,
    upper: alternative === 'greater' || successes === trials ? 1 : centre + margin,
  };
}

/**
 * The fewest trials that prove a proportion of `target` at `alpha` when `failures` of them fail: the one-sided
 * Clopper-Pearson bound reaches the target. 59 trials without a failure prove 95 % at 0.05 (Wilks).
 */
export function trialsToProve({
  target,
  alpha,
  failures,
}: {
  target: number;
  alpha: number;
  failures: number;
}): number {
  assert(target > 0 && target < 1, `the target is above 0 and below 1, not ${target}`);
  assert(Number.isSafeInteger(failures) && failures >= 0, `failures are counted, not ${failures}`);
  const proves = (trials: number) =>
    clopperPearson({ successes: trials - failures, trials }, { alpha, alternative: 'greater' }).lower >= target;
  let few = failures;
  let enough = failures + 1;
  while (!proves(enough)) {
    few = enough;
    enough *= 2;
  }
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (proves(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

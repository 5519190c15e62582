import { assert } from '../errors/index.ts';
import { assertAlpha } from './preconditions.ts';

/**
 * ln of the product of E over parts that follow each other, such as the steps of a rollout, each begun anew: an e-value
 * again, if each part's E is one given what came before.
 */
export function logEOfSteps(logEs: readonly number[]): number {
  assertNumbers(logEs);
  return logEs.reduce((sum, logE) => sum + logE, 0);
}

/**
 * ln of the mean of E over tests that may depend on each other in any way: an e-value against the null that none of
 * them has an effect (V. Vovk and R. Wang, E-values, 2021). Of E at one time: the highest mean so far may decide, the mean
 * of the highest may not.
 */
export function logEMean(logEs: readonly number[]): number {
  assert(logEs.length > 0, 'a mean is over one value at least');
  assertNumbers(logEs);
  const largest = Math.max(...logEs);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logEs.reduce((sum, logE) => sum + Math.exp(logE - largest), 0) / logEs.length);
}

/**
 * Which of k tests decide when all of them together may err with chance alpha: those with E >= k / alpha (Bonferroni).
 * Holds under any dependence, and for the highest E of an e-process.
 */
export function eBonferroni(logEs: readonly number[], alpha: number): readonly boolean[] {
  assertAlpha(alpha);
  assertNumbers(logEs);
  const threshold = Math.log(logEs.length / alpha);
  return logEs.map((logE) => logE >= threshold);
}

/**
 * Which of k tests decide when at most a share alpha of the decisions may be false, in expectation: e-BH, the m largest
 * for the largest m with E(m) >= k / (alpha m), under any dependence (R. Wang and A. Ramdas, False discovery rate
 * control with e-values, 2022). For E at a stopping time, not for the highest E so far.
 */
export function eBenjaminiHochberg(logEs: readonly number[], alpha: number): readonly boolean[] {
  assertAlpha(alpha);
  assertNumbers(logEs);
  const count = logEs.length;
  const descending = logEs.toSorted((a, b) => b - a);
  const last = descending.findLastIndex((logE, rank) => logE >= Math.log(count / (alpha * (rank + 1))));
  if (last < 0) return logEs.map(() => false);
  const least = descending[last];
  return logEs.map((logE) => logE >= least);
}

/** One that is none would make a sort of them meaningless. */
function assertNumbers(logEs: readonly number[]): void {
  assert(!logEs.some(Number.isNaN), 'every ln E is a number');
}

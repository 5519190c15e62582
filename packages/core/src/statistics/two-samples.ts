import { assert } from '../errors/index.ts';
import type { Alternative, BinomialCounts } from './e-process.ts';
import { normalCdf } from './normal.ts';
import { assertCounts } from './preconditions.ts';

export interface TwoSampleResult {
  /** Standard normal, nearly, where both samples come from one distribution. */
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * The two-proportion z-test with the pooled variance, candidate against stable. For one look at samples whose sizes
 * were fixed beforehand, with ten events a side or more; for looking again and again, `badEventSplit`. A side without
 * trials does not differ.
 */
export function twoProportionTest(
  stable: BinomialCounts,
  candidate: BinomialCounts,
  alternative: Alternative,
): TwoSampleResult {
  assertCounts(stable);
  assertCounts(candidate);
  if (stable.trials === 0 || candidate.trials === 0) return { statistic: 0, pValue: 1 };
  const pooled = (stable.successes + candidate.successes) / (stable.trials + candidate.trials);
  const squaredError = pooled * (1 - pooled) * (1 / stable.trials + 1 / candidate.trials);
  const difference = candidate.successes / candidate.trials - stable.successes / stable.trials;
  const statistic = squaredError === 0 ? 0 : difference / Math.sqrt(squaredError);
  return { statistic, pValue: tail(statistic, alternative) };
}

export interface MannWhitneyResult extends TwoSampleResult {
  /** Pairs in which the candidate's value is the larger, ties as half. */
  readonly u: number;
  /** The common-language effect size: the chance that the candidate's value is the larger, ties as half. */
  readonly cles: number;
}

/**
 * The Mann-Whitney U test, candidate against stable, by the normal approximation with the correction for ties and
 * without the one for continuity. For one look at raw values, eight a side or more.
 */
export function mannWhitney(
  stable: ArrayLike<number>,
  candidate: ArrayLike<number>,
  alternative: Alternative,
): MannWhitneyResult {
  assert(stable.length > 0 && candidate.length > 0, 'both samples have a value');
  const pairs = stable.length * candidate.length;
  const n = stable.length + candidate.length;
  const { rankSum, ties } = rankSumOf(stable, candidate);
  const u = rankSum - (candidate.length * (candidate.length + 1)) / 2;
  const squaredError = (pairs / 12) * (n + 1 - ties / (n * (n - 1)));
  const statistic = squaredError > 0 ? (u - pairs / 2) / Math.sqrt(squaredError) : 0;
  return { u, cles: u / pairs, statistic, pValue: tail(statistic, alternative) };
}

function tail(statistic: number, alternative: Alternative): number {
  if (alternative === 'greater') return normalCdf(-statistic);
  return alternative === 'less' ? normalCdf(statistic) : Math.min(1, 2 * normalCdf(-Math.abs(statistic)));
}

/** The candidate's sum of ranks among all, equal values at their mean rank; and the sum of t^3 - t over ties of t. */
function rankSumOf(stable: ArrayLike<number>, candidate: ArrayLike<number>): { rankSum: number; ties: number } {
  const all = Float64Array.from([...Array.from(stable), ...Array.from(candidate)]).sort();
  const own = Float64Array.from(candidate).sort();
  assert(!Number.isNaN(all[all.length - 1]), 'every value is a number');
  let rankSum = 0;
  let ties = 0;
  let at = 0;
  for (let start = 0; start < all.length; ) {
    let end = start + 1;
    while (end < all.length && all[end] === all[start]) end++;
    const size = end - start;
    for (; at < own.length && own[at] === all[start]; at++) rankSum += (start + end + 1) / 2;
    ties += size * (size * size - 1);
    start = end;
  }
  return { rankSum, ties };
}

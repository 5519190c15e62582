import { assert } from '../errors/index.ts';
import { type BadEventSplit, type BadRates, badEventSplit } from './bad-event-split.ts';
import { decisionThreshold, type EProcess, logEValue } from './e-process.ts';

/**
 * About how many trials the process needs to decide when the chance of a success is p: the first n where ln E of the
 * expected counts, n p of n, reaches ln(1 / alpha). Half of all runs need fewer; for how many, `simulateEProcess`. Null
 * where p is on the side of the null, or where `trialsMax` are too few.
 */
export function trialsNeeded(test: EProcess, p: number, trialsMax = 100_000_000): number | null {
  assert(p >= 0 && p <= 1, `the chance of a success is 0 to 1, not ${p}`);
  const decides = (trials: number) =>
    logEValue({ successes: p * trials, trials }, test) >= decisionThreshold(test.alpha);
  if (isNull(test, p)) return null;
  let enough = 1;
  while (!decides(enough)) {
    if (enough >= trialsMax) return null;
    enough = Math.min(2 * enough, trialsMax);
  }
  let few = Math.floor(enough / 2);
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (decides(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/**
 * The same for the split of bad events, in requests of both variants together. Null where the candidate is no worse.
 */
export function requestsNeeded(split: BadEventSplit, rates: BadRates, requestsMax = 100_000_000): number | null {
  const bad = split.share * rates.candidate + (1 - split.share) * rates.stable;
  if (bad === 0) return null;
  const events = trialsNeeded(badEventSplit(split), (split.share * rates.candidate) / bad, requestsMax * bad);
  return events === null ? null : Math.ceil(events / bad);
}

function isNull({ p0, alternative }: EProcess, p: number): boolean {
  return { 'two-sided': p === p0, greater: p <= p0, less: p >= p0 }[alternative];
}

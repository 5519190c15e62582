import { type BinomialCounts, decisionThreshold, type EProcess, logEValue, oneSidedMin } from './e-process.ts';
import { assertCounts } from './preconditions.ts';

/** From `lower` to `upper`. An end that nothing bounds is that of the quantity: 0 and 1, or infinity. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The confidence sequence of a proportion: every p0 that the e-process has not refused, found by bisection. The
 * intervals of all times together hold the truth with chance 1 - alpha. One-sided, `greater` bounds p from below,
 * `less` from above. Exact for any number of trials. Source as of `logEValue`.
 */
export function bernoulliSequence(counts: BinomialCounts, options: Omit<EProcess, 'p0'>): Interval {
  const { successes, trials } = counts;
  assertCounts(counts);
  const estimate = trials === 0 ? 0.5 : successes / trials;
  const refuses = (p0: number) => logEValue(counts, { ...options, p0 }) >= decisionThreshold(options.alpha);
  const closest = options.alternative === 'two-sided' ? 0 : oneSidedMin;
  const isOpenBelow = options.alternative === 'less' || successes === 0;
  const isOpenAbove = options.alternative === 'greater' || successes === trials;
  return {
    lower: isOpenBelow ? 0 : edge(0, estimate, closest, refuses),
    upper: isOpenAbove ? 1 : edge(1, estimate, closest, refuses),
  };
}

const halvings = 60;

/**
 * Where refusing ends, between an end that is refused and the estimate, which never is; the end itself where that is
 * closer to it than can be asked.
 */
function edge(end: number, estimate: number, closest: number, refuses: (p0: number) => boolean): number {
  let outside = end;
  let inside = estimate;
  for (let round = 0; round < halvings; round++) {
    const middle = (outside + inside) / 2;
    if (Math.min(middle, 1 - middle) < closest) return end;
    if (middle === 0 || middle === 1 || middle === outside || middle === inside) break;
    if (refuses(middle)) outside = middle;
    else inside = middle;
  }
  return (outside + inside) / 2;
}

import { assert } from '../errors/index.ts';
import type { Interval } from './bernoulli-sequence.ts';
import { assertAlpha } from './preconditions.ts';

/** Capital of two gamblers who bet that the mean is above and below the claimed one, after some values. */
export interface BettingState {
  readonly count: number;
  readonly sum: number;
  /** Of squared distances, each to the mean estimated by then. */
  readonly squares: number;
  readonly logAbove: number;
  readonly logBelow: number;
}

export interface BettingOptions {
  /** The mean that is claimed, above 0 and below 1. */
  readonly mean: number;
  readonly alpha: number;
}

/** Before any value: half the capital each, and a prior of one value at 1/2 with variance 1/4. */
export const bettingStart: BettingState = {
  count: 0,
  sum: 0.5,
  squares: 0.25,
  logAbove: -Math.LN2,
  logBelow: -Math.LN2,
};

/**
 * One more value of 0 to 1, with the claimed conditional mean. Capital grows by 1 + l (x - m) above and 1 - l (x - m)
 * below; the bet l = sqrt(2 ln(2 / alpha) / (t ln(1 + t) v)), v the variance of the values before, is cut at 1/(2 m) and
 * 1/(2 (1 - m)). For scores and losses with bounds, where the order of values is known. I. Waudby-Smith and A. Ramdas,
 * Estimating means of bounded random variables by betting (arXiv 2010.09686).
 */
export function advanceBetting(state: BettingState, value: number, { mean, alpha }: BettingOptions): BettingState {
  assert(value >= 0 && value <= 1, `a value is 0 to 1, not ${value}`);
  assertAlpha(alpha);
  assert(mean > 0 && mean < 1, `the claimed mean is above 0 and below 1, not ${mean}`);
  const count = state.count + 1;
  const bet = Math.sqrt((2 * Math.log(2 / alpha)) / (count * Math.log1p(count) * (state.squares / count)));
  const sum = state.sum + value;
  const gap = value - sum / (count + 1);
  return {
    count,
    sum,
    squares: state.squares + gap * gap,
    logAbove: state.logAbove + Math.log1p(Math.min(bet, cut / mean) * (value - mean)),
    logBelow: state.logBelow + Math.log1p(-Math.min(bet, cut / (1 - mean)) * (value - mean)),
  };
}

/** ln E: the richer of the two. It decides at ln(1 / alpha), at any time. */
export function logEBetting({ logAbove, logBelow }: BettingState): number {
  return Math.max(logAbove, logBelow);
}

/**
 * The means that neither gambler has refuted with these values, in their order. Each gambler's capital is monotone in
 * the claimed mean, so it is one interval; the intervals of all times together hold the truth with chance 1 - alpha.
 */
export function bettingSequence(values: ArrayLike<number>, alpha: number): Interval {
  assertAlpha(alpha);
  const refutes = (mean: number, side: 'logAbove' | 'logBelow') => {
    let state = bettingStart;
    for (let at = 0; at < values.length; at++) state = advanceBetting(state, values[at], { mean, alpha });
    return state[side] >= -Math.log(alpha);
  };
  return {
    lower: edge((mean) => refutes(mean, 'logAbove')),
    upper: 1 - edge((distance) => refutes(1 - distance, 'logBelow')),
  };
}

const cut = 0.5;
const halvings = 50;

/** The end of what is refuted, from 0 on. */
function edge(refutes: (at: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let round = 0; round < halvings; round++) {
    const middle = (low + high) / 2;
    if (middle === 0 || middle === 1) break;
    if (refutes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

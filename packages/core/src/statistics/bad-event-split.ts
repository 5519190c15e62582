import { assert } from '../errors/index.ts';
import type { BinomialCounts, EProcess } from './e-process.ts';

/** Bad events of the two variants since the step began. */
export interface BadEvents {
  readonly candidate: number;
  readonly stable: number;
}

/** The chance of a bad event in a request of each variant. */
export interface BadRates {
  readonly stable: number;
  readonly candidate: number;
}

export interface BadEventSplit {
  /** The share of units that the candidate is assigned, above 0 and below 1. It changes with the step: begin anew. */
  readonly share: number;
  readonly alpha: number;
  /** Bad events, of both variants together, at which it shall be sharpest. */
  readonly badEventsOptimal: number;
}

/**
 * Whether the candidate has more than its share of the bad events: given that an event is bad, it is the candidate's
 * with chance `share` where both variants have the same rate, whatever that rate does over time. So load and bad hours
 * cannot fool it (M. Lindon and A. Malek, Anytime-valid inference for multinomial count data, NeurIPS 2022). Assignment
 * must be random; where it is sticky, count one event a unit.
 */
export function badEventSplit({ share, alpha, badEventsOptimal }: BadEventSplit): EProcess {
  assert(share > 0 && share < 1, `the candidate's share is above 0 and below 1, not ${share}`);
  return { p0: share, alternative: 'greater', alpha, trialsOptimal: badEventsOptimal };
}

/** The counts that this process takes: each bad event is a trial, and a success where it is the candidate's. */
export function badEventCounts({ candidate, stable }: BadEvents): BinomialCounts {
  return { successes: candidate, trials: candidate + stable };
}

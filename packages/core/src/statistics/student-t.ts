import { assert } from '../errors/index.ts';
import { betaQuantilePair, logBetaTails } from './incomplete-beta.ts';

/** P(T <= t), T of Student's distribution with `degrees` > 0 degrees of freedom, whole or not (DLMF 8.17.6). */
export function studentTCdf(t: number, degrees: number): number {
  assert(degrees > 0 && Number.isFinite(degrees), `the degrees of freedom are above 0, not ${degrees}`);
  const sum = degrees + t * t;
  const { lower, upper } = logBetaTails(degrees / 2, 0.5, degrees / sum, (t * t) / sum);
  return t < 0 ? Math.exp(lower) / 2 : 0.5 + Math.exp(upper) / 2;
}

/** The t where P(T <= t) = p. */
export function studentTQuantile(p: number, degrees: number): number {
  assert(p >= 0 && p <= 1, 'a probability is 0 to 1');
  if (p > 0.5) return -studentTQuantile(1 - p, degrees);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  const { x, y } = betaQuantilePair(2 * p, degrees / 2, 0.5);
  return -Math.sqrt((degrees * y) / x);
}

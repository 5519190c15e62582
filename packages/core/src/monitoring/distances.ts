import { assertDistributions } from './distributions.ts';

/** Hellinger distance of two distributions over the same bins: sqrt(sum (sqrt p - sqrt q)^2 / 2), 0 to 1. */
export function hellingerDistance(p: readonly number[], q: readonly number[]): number {
  return Math.sqrt(sumOver(p, q, (pi, qi) => (Math.sqrt(pi) - Math.sqrt(qi)) ** 2) / 2);
}

/** Total variation: half the sum of |p - q|. The share of rows that would have to change bins, 0 to 1. */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  return sumOver(p, q, (pi, qi) => Math.abs(pi - qi)) / 2;
}

/** L-infinity distance: the largest |p - q| of any bin, 0 to 1. */
export function lInfinityDistance(p: readonly number[], q: readonly number[]): number {
  assertDistributions(p, q);
  return p.reduce((largest, pi, bin) => Math.max(largest, Math.abs(pi - q[bin])), 0);
}

function sumOver(p: readonly number[], q: readonly number[], term: (pi: number, qi: number) => number): number {
  assertDistributions(p, q);
  return p.reduce((sum, pi, bin) => sum + term(pi, q[bin]), 0);
}

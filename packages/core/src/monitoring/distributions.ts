import { assert } from '../errors/index.ts';

/** Two distributions that can be compared: shares, not counts, over the same bins. */
export function assertDistributions(p: readonly number[], q: readonly number[]): void {
  assert(p.length === q.length, 'both distributions have the same bins');
  assert(isShares(p) && isShares(q), 'every bin of a distribution has a share of 0 to 1');
}

/** What rounding may add to a share of 1. */
const aboveMax = 1e-9;

function isShares(shares: readonly number[]): boolean {
  return shares.every((share) => share >= 0 && share <= 1 + aboveMax);
}

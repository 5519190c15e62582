import { assert } from '../errors/index.ts';
import { normalCdf } from './normal.ts';

export type Sides = 'one-sided' | 'two-sided';

/**
 * The variance `rho` of the mixture that makes the bound sharpest at intrinsic time `vOptimal`: v / (2 ln(1/c) +
 * ln(1 + 2 ln(1/c))), c = alpha, or 2 alpha one-sided. Howard et al., arXiv 1810.08240.
 */
export function normalMixtureRho(vOptimal: number, alpha: number, sides: Sides): number {
  assert(alpha > 0 && alpha < 0.5, `alpha is above 0 and below 0.5, not ${alpha}`);
  const twice = -2 * Math.log(sides === 'two-sided' ? alpha : 2 * alpha);
  return vOptimal / (twice + Math.log1p(twice));
}

/**
 * ln M of the normal mixture, for a sum `s` of deviations with variance (intrinsic time) `v`: ln(rho / (v + rho)) / 2 +
 * s^2 / (2 (v + rho)); one-sided, the mixture is over positive effects alone. Same source. The mSPRT is this with
 * v = n V and rho = V^2 / tau^2.
 */
export function logNormalMixture(s: number, v: number, rho: number, sides: Sides): number {
  const both = Math.log(rho / (v + rho)) / 2 + (s * s) / (2 * (v + rho));
  return sides === 'two-sided' ? both : both + Math.log(2 * normalCdf(s / Math.sqrt(v + rho)));
}

/** The s that ln M reaches ln(1 / alpha) at: a path of no drift crosses it, at any time, with chance alpha at most. */
export function normalMixtureBound(v: number, alpha: number, rho: number, sides: Sides): number {
  const closed = Math.sqrt((v + rho) * (Math.log1p(v / rho) - 2 * Math.log(alpha)));
  if (sides === 'two-sided') return closed;
  // One-sided M is at most twice the two-sided and, at s >= 0, at least as large: the bound lies below the closed one.
  let low = 0;
  let high = closed;
  for (let round = 0; round < halvings; round++) {
    const middle = (low + high) / 2;
    if (logNormalMixture(middle, v, rho, sides) < -Math.log(alpha)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const halvings = 60;

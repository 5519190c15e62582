import { scaleByPower } from './bits.ts';
import { ln2High, ln2Low } from './log.ts';

const log2e = Math.LOG2E;

/**
 * e to the power x in float64, error under 1 ulp (tested). Reduces to |r| <= ln(2)/2 and sums the Taylor series there:
 * its first left-out term is below 2^-57 of the result.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const k = nearestInteger(x * log2e);
  const top = x - k * ln2High;
  const low = k * ln2Low;
  const r = top - low;
  // What r lost in its own rounding comes back with the small terms.
  const lost = top - r - low;
  return scaleByPower(1 + (r + (lost + r * r * tail(r))), k);
}

/** e^x - 1 in float64 without the cancellation near 0, error under 2 ulp (tested). */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -37.5) return -1;
  const k = nearestInteger(x * log2e);
  const top = x - k * ln2High;
  const low = k * ln2Low;
  const r = top - low;
  const lost = top - r - low;
  const small = r + (lost + r * r * tail(r));
  if (k === 0) return small;
  if (k > 60) return scaleByPower(1 + small, k) - 1;
  // 1 - 2^-k is exact for the k that are left, and nothing cancels.
  return scaleByPower(small + (1 - scaleByPower(1, -k)), k);
}

/** (e^r - 1 - r) / r^2 on |r| <= 0.3466. Even and odd terms apart: two short chains of operations in place of a long one. */
function tail(r: number): number {
  const s = r * r;
  let even = s * (1 / 87178291200) + 1 / 479001600;
  let odd = s * (1 / 6227020800) + 1 / 39916800;
  even = even * s + 1 / 3628800;
  odd = odd * s + 1 / 362880;
  even = even * s + 1 / 40320;
  odd = odd * s + 1 / 5040;
  even = even * s + 1 / 720;
  odd = odd * s + 1 / 120;
  even = even * s + 1 / 24;
  odd = odd * s + 1 / 6;
  return even * s + 1 / 2 + r * odd;
}

function nearestInteger(x: number): number {
  return (x < 0 ? x - 0.5 : x + 0.5) | 0;
}

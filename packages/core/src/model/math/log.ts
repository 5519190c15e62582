import { highWord, scaleByPower } from './bits.ts';

// ln 2 in two parts. The first has 32 significant bits, so that its product with any exponent is exact.
export const ln2High = 0.6931471803691238;
export const ln2Low = 1.9082149292705877e-10;

/**
 * Natural logarithm in float64, error under 1 ulp (tested). Writes x = 2^k * m with m near 1, f = m - 1 and
 * s = f / (2 + f); then log m = f - (f^2/2 - s * (f^2/2 + R)), R = s^2 * (2/3 + 2/5 s^2 + ...), where the large terms
 * carry no rounding.
 */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  let k = 0;
  let y = x;
  if (y < 2.2250738585072014e-308) {
    y *= 18014398509481984;
    k = -54;
  }
  const exponent = (highWord(y) >>> 20) - 1023;
  k += exponent;
  let m = scaleByPower(y, -exponent);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + logarithmSeries(s * s)) + k * ln2Low) - f);
}

/** 2/3 z + 2/5 z^2 + ... for 0 <= z <= 0.0295. Even and odd terms apart: two short chains of operations in place of a long one. */
export function logarithmSeries(z: number): number {
  const w = z * z;
  let even = (2 / 23) * w + 2 / 19;
  let odd = (2 / 25) * w + 2 / 21;
  even = even * w + 2 / 15;
  odd = odd * w + 2 / 17;
  even = even * w + 2 / 11;
  odd = odd * w + 2 / 13;
  even = even * w + 2 / 7;
  odd = odd * w + 2 / 9;
  even = even * w + 2 / 3;
  odd = odd * w + 2 / 5;
  return (even + odd * z) * z;
}

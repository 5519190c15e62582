import { highWord, scaleByPower } from './bits.ts';
import { exp } from './exp.ts';
import { ln2High, ln2Low, logarithmSeries } from './log.ts';

/**
 * x to the power y in float64, with the special cases of IEEE 754: 1 to any power and anything to the power 0 are 1.
 * The error is under 1.5 ulp where |y ln x| < 8 and grows to 32 ulp at the ends of the range (tested); powers of integers
 * by integers are exact up to 2^53, and so is the rounding of a square.
 */
export function power(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const magnitude = x < 0 ? -x : x;
  if (magnitude === 1 && !Number.isFinite(y)) return 1;
  const negative = (x < 0 || Object.is(x, -0)) && isOdd(y);
  if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && Math.floor(y) !== y) return Number.NaN;
  const result = ofPositive(magnitude, y);
  return negative ? -result : result;
}

function isOdd(y: number): boolean {
  return Math.floor(y / 2) * 2 !== y && Math.floor(y) === y && Number.isFinite(y);
}

function ofPositive(x: number, y: number): number {
  if (x === 0 || x === Number.POSITIVE_INFINITY || !Number.isFinite(y)) {
    return x < 1 === y < 0 ? Number.POSITIVE_INFINITY : 0;
  }
  if (y > 0 && y < 54 && Math.floor(y) === y && Math.floor(x) === x) {
    const product = byProducts(x, y);
    if (product <= 2 ** 53) return product;
  }
  return byLogarithm(x, y);
}

function byProducts(x: number, y: number): number {
  let product = 1;
  for (let times = 0; times < y && product <= 2 ** 53; times++) product *= x;
  return product;
}

/** e^(y ln x), the logarithm and its product with y in two float64 each, since e^ makes of an error a relative one. */
function byLogarithm(x: number, y: number): number {
  const small = x < 2.2250738585072014e-308;
  const scaled = small ? x * 18014398509481984 : x;
  const binary = (highWord(scaled) >>> 20) - 1023;
  let k = small ? binary - 54 : binary;
  let m = scaleByPower(scaled, -binary);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const d = 2 + f;
  const s = f / d;
  const rest = (f - s * d - productError(s, d) - s * (f - (d - 2))) / d;
  const big = k * ln2High;
  const first = 2 * s;
  const top = big + first;
  const lost = Math.abs(big) > Math.abs(first) ? first - (top - big) : big - (top - first);
  const low = lost + (2 * rest + s * logarithmSeries(s * s) + k * ln2Low);
  const high = top + low;
  const exponent = y * high;
  const result = exp(exponent);
  if (result === 0 || result === Number.POSITIVE_INFINITY) return result;
  return result + result * (productError(y, high) + y * (top - high + low));
}

/** What the product of a and b loses to rounding, found by splitting both into halves of 26 bits (Dekker, 1971). */
function productError(a: number, b: number): number {
  const bigA = a * 134217729;
  const bigB = b * 134217729;
  const headA = bigA - (bigA - a);
  const headB = bigB - (bigB - b);
  const tailA = a - headA;
  const tailB = b - headB;
  return headA * headB - a * b + headA * tailB + tailA * headB + tailA * tailB;
}

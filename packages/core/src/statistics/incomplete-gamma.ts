import { assert } from '../errors/index.ts';
import { logGammaPower } from './deviance.ts';

/** P(a, x) and Q(a, x) = 1 - P(a, x): the two tails of a gamma distribution of shape a at x. */
export interface GammaTails {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The regularised incomplete gamma functions for a > 0, x >= 0: the series below the mean, the continued fraction
 * above it (DLMF 8.7.1 and 8.9.2). The smaller of the two keeps its digits.
 */
export function incompleteGamma(a: number, x: number): GammaTails {
  assert(a > 0, 'the shape of a gamma distribution is above 0');
  if (Number.isNaN(x)) return { lower: Number.NaN, upper: Number.NaN };
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const scale = Math.exp(logGammaPower(a, x));
  if (x < a + 1) {
    const lower = scale * lowerSeries(a, x);
    return { lower, upper: 1 - lower };
  }
  const upper = scale * upperFraction(a, x);
  return { lower: 1 - upper, upper };
}

const termsMax = 200_000;
const precision = 1e-16;

/** 1/a + x/(a(a+1)) + x^2/(a(a+1)(a+2)) + ... */
function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; n < termsMax && term > sum * precision; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

/** 1/(x+1-a- (1-a)/(x+3-a- ...)), by Lentz's method. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < termsMax; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < precision) break;
  }
  return fraction;
}

import { assert } from '../errors/index.ts';

/**
 * P(X >= x) for X chi-squared with `degrees` (a whole number) degrees of freedom: the regularised upper incomplete
 * gamma function Q(degrees / 2, x / 2). Series below the mean, continued fraction above it (DLMF 8.7.1 and 8.9.2),
 * relative error under 1e-12 (tested).
 */
export function chiSquareSurvival(x: number, degrees: number): number {
  assert(Number.isInteger(degrees) && degrees > 0, 'the degrees of freedom are a whole number above 0');
  if (!(x > 0)) return Number.isNaN(x) ? Number.NaN : 1;
  const shape = degrees / 2;
  const at = x / 2;
  const scale = Math.exp(shape * Math.log(at) - at - logGammaOfHalf(degrees));
  return at < shape + 1 ? 1 - scale * lowerSeries(shape, at) : scale * upperFraction(shape, at);
}

const termsMax = 10_000;
const precision = 1e-16;

/** ln Gamma(n / 2), by the recurrence from Gamma(1/2) and Gamma(1). */
function logGammaOfHalf(n: number): number {
  const odd = n % 2 === 1;
  let sum = odd ? Math.log(Math.PI) / 2 : 0;
  for (let shape = odd ? 0.5 : 1; shape < n / 2; shape++) sum += Math.log(shape);
  return sum;
}

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

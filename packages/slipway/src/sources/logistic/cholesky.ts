import { fail } from '@slipway/core';

/**
 * Solves A x = b for a symmetric positive definite A, given row-major by its lower triangle, which is overwritten by
 * its factor. `b` is overwritten by x.
 */
export function solveCholesky(a: Float64Array, b: Float64Array): void {
  const n = b.length;
  factorise(a, n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
}

function factorise(a: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i > j) a[i * n + j] = sum / a[j * n + j];
      else if (sum > 0) a[j * n + j] = Math.sqrt(sum);
      else {
        throw fail('TRAINING_DATA', {
          message: 'The features are too dependent on each other to fit weights.',
          hint: 'Leave out columns that repeat others, with --features.',
        });
      }
    }
  }
}

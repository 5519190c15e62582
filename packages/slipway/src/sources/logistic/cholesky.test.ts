import { expect, test } from 'vitest';
import { solveCholesky } from './cholesky.ts';

test('a positive definite system is solved', () => {
  // [4 2 0; 2 5 3; 0 3 6] x = [8; 21; 24] has the solution 1, 2, 3.
  const a = Float64Array.of(4, 0, 0, 2, 5, 0, 0, 3, 6);
  const b = Float64Array.of(8, 21, 24);
  solveCholesky(a, b);
  for (const [index, value] of [1, 2, 3].entries()) expect(b[index]).toBeCloseTo(value, 13);
});

test('a matrix that is not positive definite is refused', () => {
  expect(() => solveCholesky(Float64Array.of(1, 0, 1, 1), Float64Array.of(1, 1))).toThrow(/too dependent/);
});

import { expect, test } from 'vitest';
import { holdsShape } from './holds-shape.ts';

test.each([
  [[2, 3], [2, 3], true],
  [[3, 2], [2, 3], false],
  [[2, 3], [6], true],
  [[2, 3], [5], false],
  [[1, 2, 1, 3], [2, 3], true],
  [[2, 3], [1, 2, 3], true],
  [[6], [2, 3], false],
  [[], [], true],
  [[1, 1], [], true],
  [[4], [], false],
])('an output of [%s] a row, expected [%s]: %s', (sizes, expected, holds) => {
  expect(holdsShape(sizes, expected)).toBe(holds);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roundedRange } from './rounded-range.ts';

test.each([
  [0, 33.5, 0, 40],
  [13.3, 100, 0, 100],
  [0.2, 0.3, 0.2, 0.3],
  [2019, 2024, 2000, 2500],
  [0.7, 0.71, 0.6, 0.8],
  [-3, 7, -3, 8],
  [-0.31, -0.12, -0.4, 0],
  [-9.9, -7, -10, -6],
  [1e-7, 3.2e-7, 0, 4e-7],
  [0, 1, 0, 1],
  [18, 101, 0, 150],
])('values from %d to %d suggest the range from %d to %d', (least, greatest, minimum, maximum) => {
  expect(roundedRange(least, greatest)).toEqual({ minimum, maximum });
});

test('values that are all the same suggest no range', () => {
  expect(roundedRange(7, 7)).toBeNull();
});

test('whatever the values, they are within the range, and the range is at most some times as wide', () => {
  const value = fc.double({ min: -1e30, max: 1e30, noNaN: true });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [least, greatest] = a < b ? [a, b] : [b, a];
      const range = roundedRange(least, greatest);
      if (range === null) return;
      expect(range.minimum <= least && greatest <= range.maximum).toBe(true);
      const extreme = Math.max(Math.abs(least), Math.abs(greatest));
      expect(Math.max(Math.abs(range.minimum), Math.abs(range.maximum)) <= 1.5 * extreme).toBe(true);
    }),
    { seed: 11 },
  );
});

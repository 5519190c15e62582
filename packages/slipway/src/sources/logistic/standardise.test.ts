import { expect, test } from 'vitest';
import { standardOf } from './standardise.ts';

test('offset and scale are mean and inverse standard deviation of the chosen rows, as float32', () => {
  const values = Float64Array.of(1, 99, 3, 5);
  expect(standardOf(values, Uint32Array.of(0, 2, 3))).toEqual({ offset: 3, scale: Math.fround(1 / Math.sqrt(8 / 3)) });
});

test('a small spread around a large mean is kept', () => {
  const values = Float64Array.of(8_388_607, 8_388_608, 8_388_609);
  const { offset, scale } = standardOf(values, Uint32Array.of(0, 1, 2));
  expect(offset).toBe(8_388_608);
  expect(scale).toBeCloseTo(1 / Math.sqrt(2 / 3), 6);
});

test('a column that never changes, or hardly, keeps its scale', () => {
  expect(standardOf(Float64Array.of(7, 7, 7), Uint32Array.of(0, 1, 2))).toEqual({ offset: 7, scale: 1 });
  expect(standardOf(Float64Array.of(0, 1e-44, 0), Uint32Array.of(0, 1, 2)).scale).toBe(1);
});

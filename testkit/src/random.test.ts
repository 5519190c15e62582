import { expect, test } from 'vitest';
import { Random } from './random.ts';

test('the same seed gives the same numbers, pinned so that stored models and results stay', () => {
  const random = new Random(42);
  const numbers = [random.next(), random.next(), random.integer(1000)];
  expect(numbers).toEqual([0.15377165265745885, 0.018084542542176507, 534]);
  expect(random.normal()).toBeCloseTo(1.6377429616879078, 12);
});

test('other seeds give other numbers, the seeds 0 and -1 too', () => {
  expect(new Set([0, 1, 2, -1].map((seed) => new Random(seed).next())).size).toBe(4);
});

test('numbers are even between 0 and 1, and normal ones have mean 0 and variance 1', () => {
  const random = new Random(1);
  const count = 20_000;
  const even = Array.from({ length: count }, () => random.next());
  const normal = Array.from({ length: count }, () => random.normal());
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.min(...even)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...even)).toBeLessThan(1);
  // Five standard errors of each.
  expect(Math.abs(mean(even) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
  expect(Math.abs(mean(normal))).toBeLessThan(5 / Math.sqrt(count));
  expect(Math.abs(mean(normal.map((value) => value * value)) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
});

test('whole numbers reach every one below the bound', () => {
  const random = new Random(3);
  expect(new Set(Array.from({ length: 500 }, () => random.integer(7)))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

import { expect, test } from 'vitest';
import { hash32, nearlyNormal, shuffledRows, uniform } from './random.ts';

test('a hash depends on seed, row and stream, and is the same on every machine', () => {
  expect([hash32(0, 0, 0), hash32(1, 2, 3), hash32(1, 3, 2), hash32(2, 1, 3), hash32(4294967295, 1, 1)]).toEqual([
    0, 3075908270, 4010749551, 660149431, 1838403850,
  ]);
});

test('uniform numbers fill the unit interval evenly', () => {
  const tenths = new Array<number>(10).fill(0);
  for (let row = 0; row < 20_000; row++) tenths[Math.floor(10 * uniform(7, row, 0))]++;
  // Chi-squared with 9 degrees of freedom: 27.9 is its 99.9 % point.
  expect(tenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
});

test('neighbouring streams and rows are independent', () => {
  let products = 0;
  for (let row = 0; row < 20_000; row++) {
    products += (uniform(7, row, 0) - 0.5) * (uniform(7, row, 1) - 0.5 + uniform(7, row + 1, 0) - 0.5);
  }
  // The mean of each product of two independent numbers has a standard deviation of 1/12 / sqrt(20000).
  expect(Math.abs(products / 20_000)).toBeLessThan(4 * Math.SQRT2 * (1 / 12 / Math.sqrt(20_000)));
});

test('nearly normal numbers have mean 0 and standard deviation 1', () => {
  const values = Array.from({ length: 20_000 }, (_, row) => nearlyNormal(3, row, 0));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(20_000));
  expect(variance).toBeGreaterThan(0.95);
  expect(variance).toBeLessThan(1.05);
});

test('shuffled rows are each row once, in an order of the seed', () => {
  const order = shuffledRows(1000, 1, 0);
  expect([...order].sort((a, b) => a - b)).toEqual([...order.keys()]);
  expect(shuffledRows(1000, 1, 0)).toEqual(order);
  expect(shuffledRows(1000, 2, 0)).not.toEqual(order);
  expect([...order]).not.toEqual([...order.keys()]);
});

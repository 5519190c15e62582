import { expect, test } from 'vitest';
import { chiSquareSurvival } from '../statistics/index.ts';
import { bucketCount, bucketOf } from './index.ts';

const units = Array.from({ length: 500 }, (_, unit) => `user-${unit}`);

test('over 2000 salts the spread of units over buckets is uniform: p-values are where chance puts them', () => {
  const salts = 2000;
  const cells = 10;
  const tenths = new Array<number>(10).fill(0);
  for (let salt = 0; salt < salts; salt++) {
    const counts = new Array<number>(cells).fill(0);
    for (const unit of units) counts[Math.floor((bucketOf(`exp-${salt}`, unit) / bucketCount) * cells)]++;
    const expected = units.length / cells;
    const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    tenths[Math.min(9, Math.floor(chiSquareSurvival(statistic, cells - 1) * 10))]++;
  }
  const spread = tenths.reduce((sum, count) => sum + (count - salts / 10) ** 2 / (salts / 10), 0);
  expect(chiSquareSurvival(spread, 9)).toBeGreaterThan(1e-3);
});

test('splits of two experiments are independent over 2000 pairs of salts: n phi^2 is chi-squared', () => {
  const pairs = 2000;
  let under = 0;
  let sum = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const square = units.length * phi(`exp-${pair}`, `exp-${pair + 1}`) ** 2;
    sum += square;
    if (chiSquareSurvival(square, 1) < 0.05) under++;
  }
  // The mean of chi-squared with one degree is 1, its variance 2.
  expect(Math.abs(sum / pairs - 1)).toBeLessThan(4 * Math.sqrt(2 / pairs));
  expect(Math.abs(under / pairs - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / pairs));
});

/** Correlation of the halves that two salts put the units in. */
function phi(saltA: string, saltB: string): number {
  const cells = [0, 0, 0, 0];
  for (const unit of units) {
    cells[Number(bucketOf(saltA, unit) < bucketCount / 2) * 2 + Number(bucketOf(saltB, unit) < bucketCount / 2)]++;
  }
  const [a, b, c, d] = cells;
  return (a * d - b * c) / Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
}

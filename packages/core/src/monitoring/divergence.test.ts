import { expect, test } from 'vitest';
import { jensenShannonDistance, joinSparseBins, populationStability, smoothedShares } from './divergence.ts';

const p = [0.1, 0.2, 0.3, 0.25, 0.15];
const q = [0.12, 0.18, 0.25, 0.28, 0.17];

test('the population stability index is the sum of (q - p) ln(q / p)', () => {
  // -0.25 ln 0.5 + 0.25 ln 1.5 = 0.25 ln 3
  expect(populationStability([0.5, 0.5], [0.25, 0.75])).toBeCloseTo(0.25 * Math.log(3), 15);
  // From NumPy 2: ((q - p) * log(q / p)).sum()
  expect(populationStability(p, q)).toBeCloseTo(0.020772842707023575, 15);
  expect(populationStability(q, p)).toBeCloseTo(0.020772842707023575, 15);
  expect(populationStability(p, p)).toBe(0);
});

test('the Jensen-Shannon distance is to base 2: 0 for equal and 1 for disjoint distributions', () => {
  // From SciPy 1.17.1: jensenshannon(p, q, 2)
  expect(jensenShannonDistance(p, q)).toBeCloseTo(0.06117294478125072, 14);
  expect(jensenShannonDistance(q, p)).toBeCloseTo(0.06117294478125072, 14);
  expect(jensenShannonDistance(p, p)).toBe(0);
  expect(jensenShannonDistance([1, 0], [0, 1])).toBe(1);
});

test('for a small difference the index is 8 times the divergence in nats', () => {
  const nats = jensenShannonDistance(p, q) ** 2 * Math.LN2;
  expect(populationStability(p, q) / nats).toBeCloseTo(8.009, 3);
});

test('half a row is added to each bin before shares are made', () => {
  expect(smoothedShares([0, 1])).toEqual([0.25, 0.75]);
});

test('neighbouring bins are joined until each expects enough rows on both sides', () => {
  expect(joinSparseBins([100, 2, 3, 95], [10, 1, 0, 9], 5)).toEqual({ reference: [100, 100], current: [10, 10] });
  expect(joinSparseBins([50, 50, 1], [25, 25, 0], 5)).toEqual({ reference: [50, 51], current: [25, 25] });
  // A category that only one side has stays in sight.
  expect(joinSparseBins([50, 50, 0], [50, 0, 50], 5)).toEqual({ reference: [50, 50, 0], current: [50, 0, 50] });
  expect(joinSparseBins([50, 50], [25, 25], 5)).toEqual({ reference: [50, 50], current: [25, 25] });
  expect(joinSparseBins([2, 2], [2, 2], 5)).toEqual({ reference: [4], current: [4] });
  expect(joinSparseBins([100], [10], 5)).toEqual({ reference: [100], current: [10] });
});

import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { advanceBetting, bettingSequence, bettingStart, logEBetting } from './index.ts';

test('without values E is a half, and every mean is possible', () => {
  expect(logEBetting(bettingStart)).toBeCloseTo(Math.log(0.5), 14);
  expect(bettingSequence([], 0.05)).toEqual({ lower: 0, upper: 1 });
});

test('the ends of the interval are where a gambler reaches 1 / alpha', () => {
  const numbers = new Random(3);
  const values = Array.from({ length: 300 }, () => 0.2 + 0.3 * numbers.next());
  const { lower, upper } = bettingSequence(values, 0.05);
  expect(lower).toBeLessThan(0.35);
  expect(upper).toBeGreaterThan(0.35);
  expect(upper - lower).toBeLessThan(0.1);
  for (const mean of [lower, upper]) {
    const state = values.reduce((so, value) => advanceBetting(so, value, { mean, alpha: 0.05 }), bettingStart);
    expect(logEBetting(state)).toBeCloseTo(-Math.log(0.05), 8);
  }
});

test('a true mean is refuted in alpha of all runs at most, looked at after every value', () => {
  const runs = 1500;
  let refuted = 0;
  for (let run = 0; run < runs; run++) {
    const numbers = new Random(run);
    let state = bettingStart;
    // Squares of uniform values have the mean 1/3.
    for (let at = 0; at < 500 && logEBetting(state) < Math.log(20); at++)
      state = advanceBetting(state, numbers.next() ** 2, { mean: 1 / 3, alpha: 0.05 });
    if (logEBetting(state) >= Math.log(20)) refuted++;
  }
  expect(refuted / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(refuted).toBeGreaterThan(0);
});

test('values outside 0 to 1 and claimed means at the ends are programming errors', () => {
  expect(() => advanceBetting(bettingStart, 1.5, { mean: 0.5, alpha: 0.05 })).toThrow(/1\.5/);
  expect(() => advanceBetting(bettingStart, 0.5, { mean: 0, alpha: 0.05 })).toThrow(/mean/);
});

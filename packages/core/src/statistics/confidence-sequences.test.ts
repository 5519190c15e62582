import { expect, test } from 'vitest';
import {
  bernoulliSequence,
  decisionThreshold,
  differenceSequence,
  logEValue,
  logNormalMixture,
  type MeanOptions,
  meanMargin,
  meanSequence,
  mergeMoments,
  momentsOf,
  normalMixtureBound,
  normalMixtureRho,
  relativeSequence,
  variance,
} from './index.ts';

const options = { alpha: 0.05, trialsOptimal: 1000 } as const;

test('the ends of a sequence are where the e-process begins to refuse', () => {
  const counts = { successes: 930, trials: 1000 };
  const { lower, upper } = bernoulliSequence(counts, { ...options, alternative: 'two-sided' });
  for (const p0 of [lower, upper]) {
    const logE = logEValue(counts, { ...options, p0, alternative: 'two-sided' });
    expect(logE).toBeCloseTo(decisionThreshold(0.05), 9);
  }
});

test('one-sided, the other end is open and the bound is closer', () => {
  const counts = { successes: 930, trials: 1000 };
  const both = bernoulliSequence(counts, { ...options, alternative: 'two-sided' });
  const above = bernoulliSequence(counts, { ...options, alternative: 'greater' });
  const below = bernoulliSequence(counts, { ...options, alternative: 'less' });
  expect(above.upper).toBe(1);
  expect(below.lower).toBe(0);
  expect(above.lower).toBeGreaterThan(both.lower);
  expect(below.upper).toBeLessThan(both.upper);
  expect(logEValue(counts, { ...options, p0: above.lower, alternative: 'greater' })).toBeCloseTo(-Math.log(0.05), 9);
});

test('without trials everything is possible; with one kind of outcome that end stays open', () => {
  const both = { ...options, alternative: 'two-sided' } as const;
  expect(bernoulliSequence({ successes: 0, trials: 0 }, both)).toEqual({ lower: 0, upper: 1 });
  expect(bernoulliSequence({ successes: 0, trials: 100 }, both).lower).toBe(0);
  expect(bernoulliSequence({ successes: 100, trials: 100 }, both).upper).toBe(1);
});

test('the bound of a normal mixture is where the mixture reaches 1 / alpha', () => {
  for (const sides of ['one-sided', 'two-sided'] as const) {
    const rho = normalMixtureRho(100, 0.05, sides);
    const bound = normalMixtureBound(250, 0.01, rho, sides);
    expect(logNormalMixture(bound, 250, rho, sides)).toBeCloseTo(-Math.log(0.01), 10);
  }
});

test('the margin of a mean of unit variance is the published one', () => {
  const mean: MeanOptions = { alpha: 0.05, alternative: 'two-sided', countOptimal: 1000 };
  const published = [
    [100, 0.3855055],
    [1000, 0.0959817],
    [5000, 0.0445906],
    [10_000, 0.0324172],
  ] as const;
  for (const [count, margin] of published) expect(meanMargin(1 / Math.sqrt(count), count, mean)).toBeCloseTo(margin, 7);
});

test('moments merge to those of the whole, also far from 0', () => {
  const values = Array.from({ length: 1001 }, (_, at) => 1e9 + ((at * 37) % 101) / 8);
  const whole = momentsOf(values);
  const merged = mergeMoments(momentsOf(values.slice(0, 300)), momentsOf(values.slice(300)));
  expect(merged.count).toBe(1001);
  expect(merged.mean).toBeCloseTo(whole.mean, 6);
  // A mean of 1e9 is known to 1e-7 at best: that is what limits the variance.
  expect(variance(merged) / variance(whole)).toBeCloseTo(1, 7);
  expect(mergeMoments(momentsOf([]), whole)).toEqual(whole);
  expect(variance(momentsOf([2, 4, 6, 8]))).toBeCloseTo(20 / 3, 14);
});

test('under 500 values on either side nothing is said of a mean', () => {
  const mean: MeanOptions = { alpha: 0.05, alternative: 'two-sided', countOptimal: 1000 };
  const few = momentsOf(Array.from({ length: 499 }, (_, at) => at));
  const many = momentsOf(Array.from({ length: 500 }, (_, at) => at));
  expect(meanSequence(few, mean)).toMatchObject({ kind: 'inconclusive', count: 499, countNeeded: 500 });
  expect(differenceSequence(few, many, mean).kind).toBe('inconclusive');
  expect(relativeSequence(many, few, mean).kind).toBe('inconclusive');
  expect(meanSequence(many, mean).kind).toBe('interval');
});

test('a spread of nothing and a base of 0 are inconclusive too', () => {
  const mean: MeanOptions = { alpha: 0.05, alternative: 'two-sided', countOptimal: 1000 };
  const flat = momentsOf(new Float64Array(600).fill(3));
  const zero = momentsOf(Array.from({ length: 600 }, (_, at) => (at % 2 === 0 ? 1 : -1)));
  expect(meanSequence(flat, mean)).toMatchObject({ kind: 'inconclusive', reason: expect.stringMatching(/equal/) });
  expect(relativeSequence(zero, flat, mean)).toMatchObject({ reason: expect.stringMatching(/errors of 0/) });
});

test('the p-value of no effect is alpha where the interval just touches 0, on each side', () => {
  const count = 2000;
  for (const alternative of ['two-sided', 'greater', 'less'] as const) {
    const mean: MeanOptions = { alpha: 0.05, alternative, countOptimal: 1000 };
    const margin = meanMargin(1 / Math.sqrt(count), count, mean);
    const sample = { count, mean: alternative === 'less' ? -margin : margin, squares: count - 1 };
    expect(meanSequence(sample, mean)).toMatchObject({ pValue: expect.closeTo(0.05, 12) });
  }
});

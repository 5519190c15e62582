import { expect, test } from 'vitest';
import { advanceSampleRatio, type SampleRatioOptions, sampleRatioResult, sampleRatioStart } from './index.ts';

const options: SampleRatioOptions = { shares: [0.5, 0.5], alpha: 0.001, margin: 0.005 };

function after(counts: readonly number[], with_: SampleRatioOptions = options) {
  return sampleRatioResult(advanceSampleRatio(sampleRatioStart(counts.length), counts, with_), with_);
}

test('counts as configured are no mismatch', () => {
  expect(after([5000, 5040])).toMatchObject({ kind: 'none', units: 10_040 });
  expect(after([0, 0])).toEqual({ kind: 'none', pValue: 1, difference: 0, variant: 0, units: 0 });
});

test('a sure and large difference is a mismatch, and says which variant', () => {
  expect(after([9000, 11_000])).toMatchObject({ kind: 'mismatch', difference: expect.closeTo(0.05, 12) });
  const three = { ...options, shares: [0.25, 0.25, 0.5] };
  expect(after([2500, 3500, 4500], three)).toMatchObject({ kind: 'mismatch', variant: 1 });
});

test('a sure difference under the margin is none', () => {
  const found = after([5_020_000, 4_980_000]);
  expect(found.pValue).toBeLessThan(1e-9);
  expect(found).toMatchObject({ kind: 'none', difference: expect.closeTo(0.002, 9) });
});

test('one unit in a variant of share 0 is a leak at once', () => {
  const shadow = { ...options, shares: [1, 0] };
  expect(after([10, 0], shadow).kind).toBe('none');
  expect(after([10, 1], shadow)).toMatchObject({ kind: 'leak', variant: 1, pValue: 0 });
});

test('what was found stays found when later units even it out', () => {
  const found = advanceSampleRatio(sampleRatioStart(2), [900, 1300], options);
  const evened = advanceSampleRatio(found, [400, 0], options);
  expect(evened.logBayesFactorMax).toBe(found.logBayesFactor);
  expect(evened.logBayesFactor).toBeLessThan(found.logBayesFactor);
});

test('shares that are not together 1 are a programming error', () => {
  expect(() => after([1, 1], { ...options, shares: [0.5, 0.4] })).toThrow(/together 1/);
});

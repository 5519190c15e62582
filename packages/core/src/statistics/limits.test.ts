import { expect, test } from 'vitest';
import {
  type Alternative,
  advanceBetting,
  advanceMatchedBlocks,
  advanceSampleRatio,
  bernoulliSequence,
  bettingSequence,
  bettingStart,
  clopperPearson,
  decisionThreshold,
  differenceSequence,
  type EProcess,
  eBenjaminiHochberg,
  eBonferroni,
  logEMean,
  logEOfSteps,
  logEValue,
  logGamma,
  logSampleRatioFactor,
  mannWhitney,
  matchedBlocksStart,
  meanCountMin,
  meanSequence,
  momentsOf,
  relativeSequence,
  sampleRatioConcentration,
  sampleRatioStart,
  simulateEProcess,
  studentTCdf,
  trialsNeeded,
  trialsToProve,
  twoProportionTest,
  variance,
  wilson,
} from './index.ts';

// Where numerics can fail: what is known there is right, and what is no number at all is told.

const slo = (alternative: Alternative, p0 = 0.95): EProcess => ({ p0, alternative, alpha: 0.05, trialsOptimal: 1000 });
const both = { alpha: 0.05, alternative: 'two-sided' } as const;

test('far on the side of the null, after 10^12 trials, ln E has every digit', () => {
  // With mpmath 1.4.1 at 60 digits; the power and the tail alone are 3e12 each there.
  expect(logEValue({ successes: 0, trials: 1e12 }, slo('greater'))).toBeCloseTo(-26.895653904526753, 12);
  expect(logEValue({ successes: 970, trials: 1000 }, slo('greater'))).toBeCloseTo(3.927299379811885, 12);
  const mirrored = logEValue({ successes: 1e12, trials: 1e12 }, slo('less', 0.05));
  expect(mirrored).toBeCloseTo(-26.895653904526753, 9);
});

test('up to the last whole number that a number holds, no one-sided E speaks for the side of the null', () => {
  for (const trials of [1e6, 1e9, 1e12, 1e15, Number.MAX_SAFE_INTEGER]) {
    expect(logEValue({ successes: 0, trials }, slo('greater')), `${trials}`).toBeLessThan(-5);
    expect(logEValue({ successes: trials, trials }, slo('less')), `${trials}`).toBeLessThan(-5);
    expect(logEValue({ successes: 0, trials }, slo('less')), `${trials}`).toBeGreaterThan(trials);
  }
});

test('intervals of 10^12 trials are those of SciPy', () => {
  // scipy.stats.beta.ppf, SciPy 1.17.1.
  const half = clopperPearson({ successes: 5e11, trials: 1e12 }, both);
  expect(half.lower).toBeCloseTo(0.4999990200175078, 14);
  expect(half.upper).toBeCloseTo(0.5000009799824923, 14);
  const none = clopperPearson({ successes: 0, trials: 1e12 }, both);
  expect(none.lower).toBe(0);
  expect(none.upper / 3.688879454107131e-12).toBeCloseTo(1, 9);
});

test('p0 near 0 and 1 is answered down to a thousand-millionth, and told beyond', () => {
  for (const p0 of [1e-9, 1e-6, 1 - 1e-6, 1 - 1e-9]) {
    for (const alternative of ['less', 'greater', 'two-sided'] as const) {
      for (const successes of [0, 5, 10]) {
        expect(logEValue({ successes, trials: 10 }, slo(alternative, p0)), `${p0} ${alternative}`).not.toBeNaN();
      }
    }
  }
  expect(() => logEValue({ successes: 5, trials: 10 }, slo('greater', 1e-10))).toThrow(/at least 1e-9 away/);
  expect(logEValue({ successes: 0, trials: 10 }, slo('two-sided', 1e-300))).toBeCloseTo(0, 12);
  // One event of 10^12: the bound that could be asked for is under that, so the end is left open.
  const rare = { successes: 1, trials: 1e12 };
  expect(bernoulliSequence(rare, { alpha: 0.05, trialsOptimal: 1000, alternative: 'greater' })).toEqual({
    ...{ lower: 0, upper: 1 },
  });
  const { lower } = bernoulliSequence(rare, { ...both, trialsOptimal: 1000 });
  expect(lower).toBeGreaterThan(0);
  expect(lower).toBeLessThan(1e-12);
});

test('ten equal values, and a sample without any, are told as such', () => {
  const options = { ...both, countOptimal: 1000 };
  const equal = momentsOf(new Array<number>(meanCountMin).fill(0.1));
  expect(equal.squares).toBe(0);
  expect(meanSequence(equal, options)).toMatchObject({ kind: 'inconclusive', reason: expect.stringMatching(/equal/) });
  expect(differenceSequence(equal, equal, options).kind).toBe('inconclusive');
  expect(relativeSequence(equal, equal, options).kind).toBe('inconclusive');
  expect(meanSequence(momentsOf([]), options)).toMatchObject({ kind: 'inconclusive', countNeeded: meanCountMin });
  expect([variance(momentsOf([])), variance(momentsOf([5]))]).toEqual([Number.NaN, Number.NaN]);
  expect(twoProportionTest({ successes: 0, trials: 0 }, { successes: 1, trials: 5 }, 'two-sided')).toEqual({
    ...{ statistic: 0, pValue: 1 },
  });
});

test('without another number a sample ratio takes the concentration of ssrm-test', () => {
  expect(sampleRatioConcentration).toBe(10_000);
  expect(logSampleRatioFactor([900, 1300], [0.5, 0.5])).toBe(logSampleRatioFactor([900, 1300], [0.5, 0.5], 10_000));
});

const counts = { successes: 1, trials: 2 };
const moments = { count: 1000, mean: 1, squares: 1 };
const means = { ...both, countOptimal: 1000 };

test.each<readonly [string, () => unknown]>([
  ['more trials than a number counts', () => logEValue({ successes: 0, trials: 2 ** 53 }, slo('less'))],
  ['trials without end', () => clopperPearson({ successes: 1, trials: Number.POSITIVE_INFINITY }, both)],
  ['successes that are no number', () => wilson({ successes: Number.NaN, trials: 5 }, both)],
  ['successes below 0', () => twoProportionTest({ successes: -1, trials: 5 }, counts, 'two-sided')],
  ['an interval at alpha 0', () => wilson(counts, { ...both, alpha: 0 })],
  ['an interval at alpha 2', () => clopperPearson(counts, { ...both, alpha: 2 })],
  ['a threshold at alpha -1', () => decisionThreshold(-1)],
  ['a process sharpest nowhere', () => logEValue(counts, { ...slo('less'), trialsOptimal: Number.POSITIVE_INFINITY })],
  ['trials to prove at alpha 0, which none would', () => trialsToProve({ target: 0.9, alpha: 0, failures: 0 })],
  ['failures that are no count', () => trialsToProve({ target: 0.9, alpha: 0.05, failures: 1.5 })],
  ['a chance over 1', () => trialsNeeded(slo('less'), 2)],
  ['a simulation without runs', () => simulateEProcess(slo('less'), 0.9, { runs: 0, trialsMax: 9 }, () => 0)],
  ['units that are no number', () => logSampleRatioFactor([Number.NaN, 1], [0.5, 0.5])],
  ['units below 0', () => logSampleRatioFactor([-5, 10], [0.5, 0.5])],
  ['shares below 0', () => logSampleRatioFactor([1, 1], [-0.5, 1.5])],
  ['a concentration of 0', () => logSampleRatioFactor([1, 1], [0.5, 0.5], 0)],
  [
    'counts of fewer variants',
    () => advanceSampleRatio(sampleRatioStart(2), [1], { shares: [0.5, 0.5], alpha: 0.01, margin: 0 }),
  ],
  ['a mean that is no number', () => meanSequence({ ...moments, mean: Number.NaN }, means)],
  ['a spread below 0', () => differenceSequence(moments, { ...moments, squares: -1 }, means)],
  ['a count that is no number', () => relativeSequence({ ...moments, count: Number.NaN }, moments, means)],
  ['a sequence narrowest nowhere', () => meanSequence(moments, { ...means, countOptimal: 0 })],
  ['a sample without values', () => mannWhitney([], [1], 'two-sided')],
  ['a value that is no number', () => mannWhitney([Number.NaN, 1], [1, 2], 'two-sided')],
  ['an ln E that is no number, in a mean', () => logEMean([Number.NaN, 1])],
  ['an ln E that is no number, in a product', () => logEOfSteps([Number.NaN])],
  ['an ln E that is no number, among many', () => eBenjaminiHochberg([Number.NaN, 100], 0.05)],
  ['several tests at alpha 0', () => eBonferroni([1, 2], 0)],
  [
    'successes of a block below 0',
    () => advanceMatchedBlocks(matchedBlocksStart, { stable: -1, candidate: 0 }, { stable: 1, candidate: 1 }),
  ],
  [
    'a block without one side',
    () => advanceMatchedBlocks(matchedBlocksStart, { stable: 0, candidate: 0 }, { stable: 0, candidate: 1 }),
  ],
  ['a bet on no value', () => advanceBetting(bettingStart, Number.NaN, { mean: 0.5, alpha: 0.05 })],
  ['a bet at alpha 2', () => bettingSequence([0.5], 2)],
  ['degrees of freedom without end', () => studentTCdf(1, Number.POSITIVE_INFINITY)],
  ['a gamma function below 0', () => logGamma(-0.5)],
])('%s: a programming error, not a verdict', (_, ask) => {
  expect(ask).toThrow(/^Assertion failed/);
});

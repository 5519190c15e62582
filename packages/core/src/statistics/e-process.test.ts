import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import {
  advanceEProcess,
  anytimePValue,
  badEventCounts,
  badEventSplit,
  betaPrior,
  decisionThreshold,
  type EProcess,
  eProcessStart,
  hasDecided,
  incompleteBeta,
  logEValue,
} from './index.ts';

const slo: EProcess = { p0: 0.95, alternative: 'less', alpha: 0.05, trialsOptimal: 1000 };

test('the prior is centred on p0, and as strong as the trials at which it shall be sharpest', () => {
  // a + b of 125.0056 two-sided and 157.0063 one-sided at 1000 trials and alpha 0.05.
  const both = betaPrior({ ...slo, alternative: 'two-sided' });
  expect(both.a + both.b).toBeCloseTo(125.0056, 4);
  const one = betaPrior(slo);
  expect(one.a + one.b).toBeCloseTo(157.0063490685, 9);
  expect(one.a / (one.a + one.b)).toBeCloseTo(0.95, 14);
});

test('without trials E is 1, on every side', () => {
  for (const alternative of ['two-sided', 'greater', 'less'] as const)
    expect(logEValue({ successes: 0, trials: 0 }, { ...slo, alternative })).toBe(0);
});

test('the expectation of E over one more trial is 1 under p0, whatever came before', () => {
  const process: EProcess = { ...slo, alternative: 'two-sided' };
  for (const [successes, trials] of [
    [0, 0],
    [3, 5],
    [90, 100],
    [9_499, 10_000],
  ] as const) {
    const now = logEValue({ successes, trials }, process);
    const good = logEValue({ successes: successes + 1, trials: trials + 1 }, process);
    const bad = logEValue({ successes, trials: trials + 1 }, process);
    expect(0.95 * Math.exp(good - now) + 0.05 * Math.exp(bad - now)).toBeCloseTo(1, 10);
  }
});

test('one-sided, that expectation is at most 1 for every p of the null', () => {
  for (const p of [0.95, 0.96, 0.99, 1]) {
    for (const [successes, trials] of [
      [0, 0],
      [3, 5],
      [90, 100],
      [9_300, 10_000],
    ] as const) {
      const now = logEValue({ successes, trials }, slo);
      const good = logEValue({ successes: successes + 1, trials: trials + 1 }, slo);
      const bad = logEValue({ successes, trials: trials + 1 }, slo);
      expect(p * Math.exp(good - now) + (1 - p) * Math.exp(bad - now)).toBeLessThan(1 + 1e-10);
    }
  }
});

test('the sides change places when successes and failures do', () => {
  const mirrored: EProcess = { ...slo, p0: 1 - slo.p0, alternative: 'greater' };
  expect(logEValue({ successes: 10, trials: 100 }, mirrored)).toBeCloseTo(
    logEValue({ successes: 90, trials: 100 }, slo),
    9,
  );
});

test('counts of several places give what their sum gives', () => {
  const random = new Random(5);
  let state = eProcessStart;
  const sum = { successes: 0, trials: 0 };
  for (let look = 0; look < 50; look++) {
    const trials = random.integer(40);
    const more = { successes: random.integer(trials + 1), trials };
    sum.successes += more.successes;
    sum.trials += trials;
    state = advanceEProcess(state, more, slo);
  }
  expect(state).toMatchObject(sum);
  expect(state.logE).toBe(logEValue(sum, slo));
});

test('what has decided stays decided, and the p-value is that of the highest E', () => {
  const bad = advanceEProcess(eProcessStart, { successes: 40, trials: 100 }, slo);
  expect(hasDecided(bad, slo)).toBe(true);
  const recovered = advanceEProcess(bad, { successes: 100_000, trials: 100_000 }, slo);
  expect(recovered.logE).toBeLessThan(decisionThreshold(slo.alpha));
  expect(hasDecided(recovered, slo)).toBe(true);
  expect(anytimePValue(recovered)).toBe(Math.exp(-bad.logE));
  expect(anytimePValue(eProcessStart)).toBe(1);
});

test('E keeps its digits where the tail is too small for a number', () => {
  const far = logEValue({ successes: 1_000_000, trials: 1_000_000 }, slo);
  const { a, b } = betaPrior(slo);
  expect(incompleteBeta(a + 1_000_000, b, 0.95)).toBe(0);
  expect(far).toBeGreaterThan(-20);
  expect(far).toBeLessThan(0);
});

test('bad events are the trials of the split, and the candidate owns the successes', () => {
  const split = badEventSplit({ share: 0.1, alpha: 0.05, badEventsOptimal: 200 });
  const counts = badEventCounts({ candidate: 30, stable: 70 });
  expect(counts).toEqual({ successes: 30, trials: 100 });
  expect(logEValue(counts, split)).toBeCloseTo(12.22189, 6);
  expect(() => badEventSplit({ share: 1, alpha: 0.05, badEventsOptimal: 200 })).toThrow(/share/);
});

test('impossible counts and levels are programming errors', () => {
  expect(() => logEValue({ successes: 2, trials: 1 }, slo)).toThrow(/2 of 1/);
  expect(() => logEValue({ successes: 1, trials: 1 }, { ...slo, p0: 1 })).toThrow(/p0/);
  expect(() => logEValue({ successes: 1, trials: 1 }, { ...slo, alpha: 0.5 })).toThrow(/alpha/);
});

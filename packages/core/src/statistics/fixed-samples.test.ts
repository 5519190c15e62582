import { expect, test } from 'vitest';
import { clopperPearson, mannWhitney, trialsToProve, twoProportionTest, wilson } from './index.ts';

test('twenty requests cannot prove a 95 % SLO, and 59 can', () => {
  const bound = (trials: number) =>
    clopperPearson({ successes: trials, trials }, { alpha: 0.05, alternative: 'greater' }).lower;
  expect(bound(20)).toBeLessThan(0.95);
  expect(bound(58)).toBeLessThan(0.95);
  expect(bound(59)).toBeGreaterThanOrEqual(0.95);
});

test('the fewest trials that prove a target grow with failures and with sureness', () => {
  expect([0, 1, 2, 3, 4].map((failures) => trialsToProve({ target: 0.95, alpha: 0.05, failures }))).toEqual([
    59, 93, 124, 153, 181,
  ]);
  expect(trialsToProve({ target: 0.95, alpha: 0.01, failures: 0 })).toBe(90);
  expect(trialsToProve({ target: 0.5, alpha: 0.4, failures: 0 })).toBe(2);
});

test('no trials say nothing', () => {
  const options = { alpha: 0.05, alternative: 'two-sided' } as const;
  expect(clopperPearson({ successes: 0, trials: 0 }, options)).toEqual({ lower: 0, upper: 1 });
  expect(wilson({ successes: 0, trials: 0 }, options)).toEqual({ lower: 0, upper: 1 });
});

test('two samples without any event do not differ', () => {
  const none = { successes: 0, trials: 50 };
  expect(twoProportionTest(none, none, 'two-sided')).toEqual({ statistic: 0, pValue: 1 });
});

test('the common-language effect is the share of pairs in which the candidate is larger, ties as half', () => {
  expect(mannWhitney([1, 2, 3, 4], [10, 20, 30, 40], 'greater').cles).toBe(1);
  expect(mannWhitney([1, 2], [1, 2], 'two-sided')).toMatchObject({ u: 2, cles: 0.5, pValue: 1 });
  expect(mannWhitney([5, 5], [5, 5], 'two-sided').pValue).toBe(1);
});

import { expect, test } from 'vitest';
import { logBetaPower, logGammaPower } from './deviance.ts';
import { betaQuantilePair, logBetaTails, logTailOverPower } from './incomplete-beta.ts';
import { stirlingError } from './log-gamma.ts';

// Expected values: mpmath 1.4.1 at 60 digits, of the same formulas written out in gamma functions.

test.each([
  [2.5, 3.5, 0.3, -0.956459044638351],
  [1e6, 2e6, 0.3333, 5.77858384447303],
  [1e12, 1e12, 0.5, 12.5499984344795],
  [0.001, 5, 0.01, -6.96052950651557],
  [1e-6, 150, 1e-9, -13.815525846717],
])('ln of a power over B(%d, %d) at %d keeps its digits', (a, b, x, expected) => {
  expect(Math.abs(logBetaPower(a, b, x) / expected - 1)).toBeLessThan(1e-11);
});

test.each([
  [0.5, 0.1, -1.82365748942172],
  [10, 10.5, 0.211925091553307],
  [1e6, 1.001e6, 5.4891497459773],
  [1e12, 1e12, 12.8965720247595],
  [1e-3, 5, -11.9055694474714],
])('ln of a power over Gamma(%d) at %d keeps its digits', (a, x, expected) => {
  // 500 of both terms of (1e6, 1.001e6) cancel.
  expect(Math.abs(logGammaPower(a, x) / expected - 1)).toBeLessThan(1e-11);
});

test.each([
  [0.001, 2.54227046796709],
  [0.1, 0.512740081331915],
  [1, 0.0810614667953273],
  [14.9, 0.00559200251225083],
  [15, 0.0055547335519628],
  [1e6, 8.33333333333306e-8],
])("what Stirling's formula lacks at %d is the same on both sides of the switch to its series", (x, expected) => {
  expect(stirlingError(x)).toBeCloseTo(expected, 13);
});

test('a quantile that is nearly 1 keeps its digits in its distance to 1', () => {
  // Of Beta(a, 1), I_x = x^a.
  expect(betaQuantilePair(0.25, 1e9, 1).y / 1.38629436015898e-9).toBeCloseTo(1, 12);
  expect(betaQuantilePair(0.75, 1e12, 1).y / 2.8768207245174e-13).toBeCloseTo(1, 11);
});

test('a tail over its power is the difference of both where both are numbers', () => {
  for (const [a, b, x] of [
    [3, 40, 0.05],
    [3, 40, 0.2],
    [120, 8, 0.95],
    [0.5, 0.5, 0.5],
  ] as const) {
    for (const side of ['lower', 'upper'] as const) {
      const expected = logBetaTails(a, b, x)[side] - logBetaPower(a, b, x);
      expect(logTailOverPower(a, b, x, side)).toBeCloseTo(expected, 12);
    }
  }
});

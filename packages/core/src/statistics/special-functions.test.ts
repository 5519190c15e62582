import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  betaQuantile,
  incompleteBeta,
  incompleteGamma,
  logBetaTails,
  logGamma,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from './index.ts';

// Values stand in goldens/; here is what holds at the edges and between the functions.

test('the gamma function of whole numbers is a factorial', () => {
  let factorial = 1;
  for (let n = 1; n < 20; n++) {
    expect(Math.exp(logGamma(n)) / factorial).toBeCloseTo(1, 12);
    factorial *= n;
  }
});

test('outside its range a distribution is 0 or 1', () => {
  expect(incompleteBeta(2, 3, -1)).toBe(0);
  expect(incompleteBeta(2, 3, 2)).toBe(1);
  expect(logBetaTails(2, 3, 0)).toEqual({ lower: Number.NEGATIVE_INFINITY, upper: 0 });
  expect(incompleteGamma(2, -1)).toEqual({ lower: 0, upper: 1 });
  expect(incompleteGamma(2, Number.POSITIVE_INFINITY)).toEqual({ lower: 1, upper: 0 });
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
});

test('NaN stays NaN', () => {
  for (const value of [
    incompleteBeta(2, 3, Number.NaN),
    incompleteGamma(2, Number.NaN).upper,
    normalCdf(Number.NaN),
    studentTCdf(Number.NaN, 3),
  ])
    expect(value).toBeNaN();
});

test('the quantiles of 0 and 1 are the ends', () => {
  expect([0, 1].map((p) => betaQuantile(p, 2, 3))).toEqual([0, 1]);
  expect([0, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect([0, 1].map((p) => studentTQuantile(p, 3))).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test('what is no probability, and parameters of 0 and below, are programming errors', () => {
  expect(() => betaQuantile(1.1, 2, 3)).toThrow(/probability/);
  expect(() => normalQuantile(Number.NaN)).toThrow(/probability/);
  expect(() => incompleteBeta(0, 3, 0.5)).toThrow(/parameters/);
  expect(() => incompleteGamma(0, 1)).toThrow(/shape/);
  expect(() => studentTCdf(1, 0)).toThrow(/degrees/);
});

test('quantiles and distributions undo each other, and the tails of a beta distribution are together 1', () => {
  const shape = fc.double({ min: 0.05, max: 1e5, noNaN: true });
  const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
  fc.assert(
    fc.property(shape, shape, probability, (a, b, p) => {
      const x = betaQuantile(p, a, b);
      // A quantile that rounds to 0 or 1 cannot be gone back from.
      if (x > 1e-300 && x < 1 - 1e-7) expect(incompleteBeta(a, b, x)).toBeCloseTo(p, 7);
      const tails = logBetaTails(a, b, p);
      expect(Math.exp(tails.lower) + Math.exp(tails.upper)).toBeCloseTo(1, 12);
      expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
      expect(studentTCdf(studentTQuantile(p, a), a)).toBeCloseTo(p, 9);
    }),
    { seed: 14, numRuns: 500 },
  );
});

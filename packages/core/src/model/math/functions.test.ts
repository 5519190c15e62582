import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import * as exact from '../fixtures/high-precision.ts';
import { erf, exp, expm1, log, nextDown, nextUp, sigmoid, softplus, tanh } from './index.ts';

const functions = [
  { name: 'exp', fn: exp, reference: exact.exp, ulps: 1, draw: (u: number) => 60 * u - 30 },
  { name: 'exp near 0', fn: exp, reference: exact.exp, ulps: 1, draw: (u: number) => 2 * u - 1 },
  { name: 'expm1', fn: expm1, reference: exact.expm1, ulps: 2, draw: (u: number) => 4 * u - 2 },
  { name: 'expm1 near 0', fn: expm1, reference: exact.expm1, ulps: 1, draw: (u: number) => (u - 0.5) / 100 },
  { name: 'log', fn: log, reference: exact.log, ulps: 1, draw: (u: number) => 2 ** (100 * u - 50) },
  { name: 'log near 1', fn: log, reference: exact.log, ulps: 1, draw: (u: number) => 0.75 + u / 2 },
  { name: 'tanh', fn: tanh, reference: exact.tanh, ulps: 2, draw: (u: number) => 8 * u - 4 },
  { name: 'sigmoid', fn: sigmoid, reference: exact.sigmoid, ulps: 2, draw: (u: number) => 60 * u - 30 },
  { name: 'softplus', fn: softplus, reference: exact.softplus, ulps: 2, draw: (u: number) => 40 * u - 20 },
  { name: 'erf', fn: erf, reference: exact.erf, ulps: 5, draw: (u: number) => 8 * u - 4 },
];

describe('own functions', () => {
  test.each(functions)(
    '$name is within $ulps ulp of 220-bit arithmetic on 500 seeded values',
    ({ fn, reference, ulps, draw }) => {
      const random = new Random(9);
      let worst = 0;
      for (let index = 0; index < 500; index++) {
        const x = draw(random.next());
        worst = Math.max(worst, exact.ulpError(fn(x), reference(exact.fixedOf(x))));
      }
      expect(worst).toBeLessThan(ulps);
      // A reference that agreed with anything would show no error at all.
      expect(worst).toBeGreaterThan(0.1);
    },
  );

  test('lie beside those of the engine on a seeded grid of 20,000 values', () => {
    const random = new Random(10);
    for (let index = 0; index < 20_000; index++) {
      const x = 1400 * random.next() - 700;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(5e-16);
      expect(Math.abs(log(Math.abs(x)) - Math.log(Math.abs(x)))).toBeLessThanOrEqual(
        5e-16 * Math.max(0.5, Math.abs(Math.log(Math.abs(x)))),
      );
      expect(Math.abs(tanh(x / 100) - Math.tanh(x / 100))).toBeLessThan(5e-16);
    }
  });

  test('known values', () => {
    expect(exp(1)).toBeCloseTo(Math.E, 14);
    expect(exp(0)).toBe(1);
    expect(log(1)).toBe(0);
    expect(log(2)).toBe(Math.LN2);
    expect(erf(1)).toBeCloseTo(0.8427007929497149, 15);
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(erf(2)).toBeCloseTo(0.9953222650189527, 15);
    expect(tanh(1)).toBeCloseTo(0.7615941559557649, 15);
  });

  test('ends of the range', () => {
    expect([exp(710), exp(-746), exp(Number.NaN), exp(Number.NEGATIVE_INFINITY)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      Number.NaN,
      0,
    ]);
    expect(exp(-745)).toBe(Number.MIN_VALUE);
    expect(exp(-709)).toBeCloseTo(Math.exp(-709), 320);
    expect([log(0), log(-1), log(Number.POSITIVE_INFINITY)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
    expect(log(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 12);
    expect([tanh(30), tanh(-30), tanh(Number.NaN)]).toEqual([1, -1, Number.NaN]);
    expect(Object.is(tanh(-0), -0) && Object.is(erf(-0), -0)).toBe(true);
    expect([erf(7), erf(-7)]).toEqual([1, -1]);
  });
});

test('the float32 beside another one', () => {
  expect(nextUp(1)).toBe(1 + 2 ** -23);
  expect(nextDown(1)).toBe(1 - 2 ** -24);
  expect(nextDown(0)).toBe(-(2 ** -149));
  expect(nextUp(-0)).toBe(2 ** -149);
  expect(nextDown(-(2 ** -149))).toBe(-(2 ** -148));
  expect(nextUp(Math.fround(3.4028234663852886e38))).toBe(Number.POSITIVE_INFINITY);
  expect(nextDown(Number.POSITIVE_INFINITY)).toBe(Math.fround(3.4028234663852886e38));
  expect(nextDown(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
});

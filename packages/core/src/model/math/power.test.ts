import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import * as exact from '../fixtures/high-precision.ts';
import { power, roundEven, toInt32, toInt64 } from './index.ts';

/** x to the power y in 220 bits. */
function reference(x: number, y: number): exact.Fixed {
  return exact.exp((exact.fixedOf(y) * exact.log(exact.fixedOf(x))) >> 220n);
}

function worstUlps(draw: (random: Random) => readonly [number, number]): number {
  const random = new Random(5);
  let worst = 0;
  for (let index = 0; index < 300; index++) {
    const [x, y] = draw(random);
    worst = Math.max(worst, exact.ulpError(power(x, y), reference(x, y)));
  }
  return worst;
}

describe('powers', () => {
  test.each<[string, number, (random: Random) => readonly [number, number]]>([
    ['ordinary numbers', 1.5, (random) => [10 * random.next(), 6 * random.next() - 3]],
    ['roots', 1.5, (random) => [100 * random.next(), 1 / (2 + random.integer(5))]],
    ['a base near 1 and a large exponent', 1.5, (random) => [1 + (random.next() - 0.5) / 1000, 4000 * random.next()]],
    ['results up to 2^100', 3, (random) => [2 ** (20 * random.next()), 5 * random.next() - 2.5]],
  ])('of %s are within %d ulp of 220-bit arithmetic', (_, ulps, draw) => {
    const worst = worstUlps(draw);
    expect(worst).toBeLessThan(ulps);
    // A reference that agreed with anything would show no error at all.
    expect(worst).toBeGreaterThan(0.1);
  });

  test('lie beside those of the engine over the whole range', () => {
    const random = new Random(6);
    for (let index = 0; index < 20_000; index++) {
      const x = 2 ** (2000 * random.next() - 1000);
      const y = random.normal();
      const expected = x ** y;
      // Below that a number has fewer digits than an error could be told by.
      if (expected < 2 ** -1022 || expected === Number.POSITIVE_INFINITY) continue;
      expect(Math.abs(power(x, y) / expected - 1)).toBeLessThan(32 * 2 ** -53);
    }
  });

  test('of integers by integers are exact up to 2^53', () => {
    for (let x = 2; x <= 12; x++) {
      let expected = 1;
      for (let y = 0; expected <= 2 ** 53; y++) {
        expect(power(x, y)).toBe(expected);
        expect(power(-x, y)).toBe(y % 2 === 0 ? expected : -expected);
        expected *= x;
      }
    }
  });

  test('have the special cases of IEEE 754', () => {
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const cases: readonly (readonly [number, number, number])[] = [
      [nan, 0, 1],
      [1, nan, 1],
      [1, infinity, 1],
      [-1, infinity, 1],
      [-1, -infinity, 1],
      [nan, 1, nan],
      [2, nan, nan],
      [0, -1, infinity],
      [-0, -1, -infinity],
      [-0, -2, infinity],
      [-0, 3, -0],
      [-0, 4, 0],
      [0, 0.5, 0],
      [-8, 1 / 3, nan],
      [-2, 3, -8],
      [-2, -3, -0.125],
      [infinity, -1, 0],
      [-infinity, -3, -0],
      [-infinity, 3, -infinity],
      [-infinity, 0.5, infinity],
      [0.5, infinity, 0],
      [0.5, -infinity, infinity],
      [2, infinity, infinity],
      [2, 1024, infinity],
      [2, -1080, 0],
      [2, 2 ** 60, infinity],
      [-2, 2 ** 60, infinity],
      [Number.MIN_VALUE, 1, Number.MIN_VALUE],
      [Number.MIN_VALUE, 0.5, 2 ** -537],
    ];
    for (const [x, y, expected] of cases) expect([x, y, power(x, y)]).toEqual([x, y, expected]);
  });
});

test('numbers are rounded to the nearest integer, halves to the even one', () => {
  const cases: readonly (readonly [number, number])[] = [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, -0],
    [-1.5, -2],
    [-0.2, -0],
    [-0, -0],
    [0.49999999999999994, 0],
    [2 ** 52 + 1, 2 ** 52 + 1],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NaN, Number.NaN],
  ];
  for (const [x, expected] of cases) expect([x, roundEven(x)]).toEqual([x, expected]);
});

test('floats are cut to integers, and what an integer cannot hold becomes the least one', () => {
  expect([2.9, -2.9, -0.5, Number.NaN, 2 ** 31, -(2 ** 31) - 0.5, -(2 ** 31) - 1].map(toInt32)).toEqual([
    2,
    -2,
    0,
    -(2 ** 31),
    -(2 ** 31),
    -(2 ** 31),
    -(2 ** 31),
  ]);
  expect([2.9, -0.5, Number.NaN, 2 ** 63, 2 ** 62, -(2 ** 63), Number.POSITIVE_INFINITY].map(toInt64)).toEqual([
    2,
    0,
    -(2 ** 63),
    -(2 ** 63),
    2 ** 62,
    -(2 ** 63),
    -(2 ** 63),
  ]);
});

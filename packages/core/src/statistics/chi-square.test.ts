import { expect, test } from 'vitest';
import { chiSquareSurvival } from './chi-square.ts';

// [x, degrees of freedom, P(X >= x)] from scipy.stats.chi2.sf, SciPy 1.17.1.
const published: readonly (readonly [number, number, number])[] = [
  [1e-9, 1, 0.999974768674784],
  [0.5, 1, 0.47950012218695337],
  [22.774, 1, 1.8221425580850157e-6],
  [2.0512821, 2, 0.3585665326388775],
  [0.001, 3, 0.9999915920809419],
  [3, 3, 0.3916251762710877],
  [16.918977604620448, 9, 0.05],
  [21.665994333461924, 9, 0.01],
  [150, 9, 8.819629954805395e-28],
  [1200, 40, 1.3710104166398896e-225],
  [45.5, 50, 0.6543216334004418],
];

test('the chi-squared survival function gives published values', () => {
  for (const [x, degrees, expected] of published) {
    const ratio = chiSquareSurvival(x, degrees) / expected;
    expect(Math.abs(ratio - 1), `x ${x}, ${degrees} degrees`).toBeLessThan(1e-12);
  }
});

test('with two degrees of freedom it is e^(-x/2) on both sides of the switch of methods', () => {
  for (let x = 0.25; x < 40; x += 0.25) {
    expect(Math.abs(chiSquareSurvival(x, 2) / Math.exp(-x / 2) - 1)).toBeLessThan(1e-13);
  }
});

test('it is 1 at zero and below, and NaN stays NaN', () => {
  expect(chiSquareSurvival(0, 3)).toBe(1);
  expect(chiSquareSurvival(-1, 3)).toBe(1);
  expect(chiSquareSurvival(Number.NaN, 3)).toBeNaN();
});

test('degrees of freedom that are no whole number are a programming error', () => {
  expect(() => chiSquareSurvival(1, 0)).toThrow(/degrees of freedom/);
  expect(() => chiSquareSurvival(1, 1.5)).toThrow(/degrees of freedom/);
});

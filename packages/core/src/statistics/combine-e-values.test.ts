import { expect, test } from 'vitest';
import { eBenjaminiHochberg, eBonferroni, logEMean, logEOfSteps } from './index.ts';

const ln = Math.log;

test('steps multiply, tests that run beside each other are averaged', () => {
  expect(logEOfSteps([ln(2), ln(3), ln(0.5)])).toBeCloseTo(ln(3), 14);
  expect(logEOfSteps([])).toBe(0);
  expect(logEMean([ln(1), ln(9), ln(2)])).toBeCloseTo(ln(4), 14);
  expect(logEMean([1000, 1000 + ln(3)])).toBeCloseTo(1000 + ln(2), 10);
  expect(logEMean([Number.NEGATIVE_INFINITY, ln(4)])).toBeCloseTo(ln(2), 14);
});

test('one of k tests decides alone at k / alpha', () => {
  expect(eBonferroni([ln(59.9), ln(60.1), ln(1)], 0.05)).toEqual([false, true, false]);
});

test('e-BH asks the m largest for k / (alpha m) each, and takes the most that it can', () => {
  // k = 4, alpha = 0.1: 40 alone, 20 each of two, 13.3 each of three.
  expect(eBenjaminiHochberg([ln(14), ln(1), ln(21), ln(13.5)], 0.1)).toEqual([true, false, true, true]);
  expect(eBenjaminiHochberg([ln(21), ln(1), ln(21), ln(2)], 0.1)).toEqual([true, false, true, false]);
  expect(eBenjaminiHochberg([ln(39), ln(1), ln(1), ln(2)], 0.1)).toEqual([false, false, false, false]);
  expect(eBenjaminiHochberg([], 0.1)).toEqual([]);
});

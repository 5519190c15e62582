import { expect, test } from 'vitest';
import {
  buildReference,
  createSketch,
  hellingerDistance,
  homogeneityTest,
  jensenShannonDistance,
  jensenShannonDivergence,
  kolmogorovSmirnov,
  lInfinityDistance,
  populationStability,
  sketchOptions,
  sketchQuantile,
  sketchZeroBelow,
  standardisedWasserstein,
  totalVariation,
  wassersteinDistance,
  windowStart,
} from './index.ts';
import { outsidePathShare } from './lattice-paths.ts';
import { createSketchStore } from './sketch-store.ts';
import { sortedValues } from './sorted-values.ts';

// Where numerics can fail: what is known there is right, and what is no number at all is told.

test('equal values of a reference have no spread, though their mean is rounded', () => {
  const tenths = new Array<number>(10).fill(0.1);
  expect(standardisedWasserstein(tenths, [0.1, 0.2])).toBe(Number.POSITIVE_INFINITY);
  expect(standardisedWasserstein(tenths, [0.1])).toBe(0);
  const [profile] = buildReference({
    model: 'm',
    version: '1',
    features: [{ name: 'x', values: tenths }],
    scores: [],
  }).features;
  expect(profile).toMatchObject({ mean: 0.1, sd: 0, minimum: 0.1, maximum: 0.1 });
});

test('a standard deviation of huge and of tiny values neither overflows nor vanishes', () => {
  for (const scale of [1e-200, 1, 1e200]) {
    expect(standardisedWasserstein([scale, -scale], [2 * scale, 0])).toBeCloseTo(1, 12);
  }
});

test('distances of equal, disjoint and empty distributions are known', () => {
  for (const distance of [
    hellingerDistance,
    jensenShannonDistance,
    jensenShannonDivergence,
    lInfinityDistance,
    totalVariation,
  ]) {
    expect(distance([0.25, 0.75], [0.25, 0.75])).toBeCloseTo(0, 15);
    expect(distance([1, 0], [0, 1])).toBeCloseTo(1, 15);
    expect(distance([], [])).toBe(0);
  }
  expect(populationStability([0, 1], [0.5, 0.5])).toBe(Number.POSITIVE_INFINITY);
  expect(jensenShannonDivergence([1, 0], [0, 1], 'nats')).toBeCloseTo(Math.LN2, 15);
});

test('samples of one value, and infinite values, are compared', () => {
  expect(kolmogorovSmirnov([3, 3, 3], [3, 3, 3])).toMatchObject({ statistic: 0, pValue: 1 });
  expect(wassersteinDistance([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY])).toBe(0);
  expect(wassersteinDistance([1, Number.POSITIVE_INFINITY], [1, 2])).toBe(Number.POSITIVE_INFINITY);
  expect(
    homogeneityTest([
      [2 ** 52, 2 ** 52],
      [1, 1],
    ])?.pValue,
  ).toBeCloseTo(1, 9);
  expect([...sortedValues([3, Number.NaN, -1, Number.NEGATIVE_INFINITY])]).toEqual([Number.NEGATIVE_INFINITY, -1, 3]);
});

test('paths that stay inside are counted: by hand on a small lattice', () => {
  // Every first step to (2, 2) makes |2 x - 2 y| two; of the six paths two make two such steps one after another.
  expect(outsidePathShare(2, 2, 2)).toBe(1);
  expect(outsidePathShare(2, 2, 4)).toBeCloseTo(2 / 6, 15);
  expect(outsidePathShare(2, 2, 5)).toBe(0);
  expect(outsidePathShare(3, 3, 0)).toBe(1);
});

test('a sketch keeps its promise where values are least and largest, and counts what is too small as zero', () => {
  expect(sketchOptions).toEqual({ relativeAccuracy: 0.01, binsMax: 2048 });
  const sketch = createSketch();
  for (const value of [Number.MAX_VALUE, sketchZeroBelow / 2, -5e-324]) sketch.add(value);
  expect(sketch.counts()).toMatchObject({ count: 3, zeros: 2, maximum: Number.MAX_VALUE });
  expect(sketchQuantile(sketch.counts(), 1)).toBe(Number.MAX_VALUE);
  expect(sketchQuantile(sketch.counts(), 0)).toBe(0);
  const store = createSketchStore(2);
  for (const [index, count] of [
    [1, 1],
    [3, 2],
    [2, 4],
    [-9, 8],
  ] as const)
    store.add(index, count);
  // Two buckets: what lies below index 2 is counted there.
  expect(store.entries()).toEqual([
    [2, 13],
    [3, 2],
  ]);
});

test('windows start at multiples of their width, before 1970 too', () => {
  expect([0, 1, 59_999, 60_000, -1].map((timeMs) => windowStart(timeMs, 60_000))).toEqual([0, 0, 0, 60_000, -60_000]);
});

test.each<readonly [string, () => unknown]>([
  ['shares that are no number', () => populationStability([Number.NaN, 1], [0.5, 0.5])],
  ['shares below 0', () => hellingerDistance([-1, 2], [0.5, 0.5])],
  ['counts in place of shares', () => totalVariation([10, 20], [0.5, 0.5])],
  ['other bins', () => lInfinityDistance([1], [0.5, 0.5])],
  ['divergences of other bins', () => jensenShannonDivergence([1], [0.5, 0.5])],
  [
    'a table with a count without end',
    () =>
      homogeneityTest([
        [Number.POSITIVE_INFINITY, 1],
        [1, 2],
      ]),
  ],
  [
    'a table with a count that is no number',
    () =>
      homogeneityTest([
        [Number.NaN, 1],
        [1, 2],
      ]),
  ],
  ['a sample of missing values', () => kolmogorovSmirnov([Number.NaN], [1])],
  ['a value that is no number, in a sketch', () => createSketch().add(Number.NaN)],
  ['a value counted less than once', () => createSketch().add(1, -1)],
  ['a value counted no number of times', () => createSketch().add(1, Number.NaN)],
])('%s: a programming error, not a verdict', (_, ask) => {
  expect(ask).toThrow(/^Assertion failed/);
});

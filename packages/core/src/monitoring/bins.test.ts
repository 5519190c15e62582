import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countInto, equalFrequencyEdges } from './bins.ts';

function counted(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Float64Array(edges.length + 1);
  countInto(counts, Float64Array.from(edges), values, values.length);
  return [...counts];
}

test('distinct numbers are cut into bins of equal size', () => {
  const values = Array.from({ length: 20 }, (_, index) => index);
  const edges = equalFrequencyEdges(values, 4);
  expect(edges).toEqual([5, 10, 15]);
  expect(counted(values, edges)).toEqual([5, 5, 5, 5]);
});

test('a value more frequent than its part has a bin of its own and the rest is shared out anew', () => {
  const values = [...Array.from({ length: 94 }, () => 0), 1, 2, 3, 4, 5, 6];
  const edges = equalFrequencyEdges(values, 4);
  expect(edges).toEqual([1, 3, 5]);
  expect(counted(values, edges)).toEqual([94, 2, 2, 2]);
});

test('numbers of one value make one bin, and no number none', () => {
  expect(equalFrequencyEdges([3, 3, 3], 10)).toEqual([]);
  expect(equalFrequencyEdges([], 10)).toEqual([]);
});

test('a value on an edge belongs to the bin above it, and NaN to none', () => {
  expect(counted([0.9, 1, 1.1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], [1, 2])).toEqual([
    2, 2, 2,
  ]);
});

test('only the first rows are counted', () => {
  const counts = new Float64Array(2);
  countInto(counts, Float64Array.of(1), Float32Array.of(0, 2, 2), 2);
  expect([...counts]).toEqual([1, 1]);
});

test('whatever the numbers, edges ascend, no bin is empty and every number is in one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 12 }),
      (numbers, bins) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        const edges = equalFrequencyEdges(sorted, bins);
        const counts = counted(numbers, edges);
        expect(edges.every((edge, at) => at === 0 || edge > edges[at - 1])).toBe(true);
        expect(edges.length).toBeLessThan(bins);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(numbers.length);
        if (numbers.length > 0) expect(Math.min(...counts)).toBeGreaterThan(0);
      },
    ),
    { seed: 7 },
  );
});

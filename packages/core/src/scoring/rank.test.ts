import { expect, test } from 'vitest';
import { rankRows } from './index.ts';

test('the highest score comes first, and the earlier row among equals', () => {
  expect(rankRows([0.2, 0.9, 0.9, 0.5], null, null)).toEqual([1, 2, 3, 0]);
});

test('each group is cut to its own top, groups in order of their first row', () => {
  expect(rankRows([1, 5, 3, 4, 2], ['b', 'a', 'b', 'a', 'b'], 2)).toEqual([2, 4, 1, 3]);
});

test('a score that is not a number comes last', () => {
  expect(rankRows([Number.NaN, 0.1, 0.2], null, null)).toEqual([2, 1, 0]);
});

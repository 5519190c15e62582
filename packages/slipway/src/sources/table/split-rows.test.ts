import { expect, test } from 'vitest';
import { splitRows } from './split-rows.ts';

const labels = Uint8Array.from({ length: 1000 }, (_, row) => (row % 4 === 0 ? 1 : 0));

test('each row is in one part, and each class in both in the same proportion', () => {
  const { training, holdout } = splitRows(labels, 0.2, 1);
  expect([...training, ...holdout].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  expect([...holdout]).toEqual([...holdout].sort((a, b) => a - b));
  expect(holdout).toHaveLength(200);
  expect(holdout.filter((row) => labels[row] === 1)).toHaveLength(50);
});

test('the seed decides', () => {
  expect(splitRows(labels, 0.2, 1)).toEqual(splitRows(labels, 0.2, 1));
  expect(splitRows(labels, 0.2, 2)).not.toEqual(splitRows(labels, 0.2, 1));
});

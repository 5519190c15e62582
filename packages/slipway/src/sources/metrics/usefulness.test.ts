import { expect, test } from 'vitest';
import { uniform } from '../../system/random.ts';
import { areaUnderCurve } from './classification-metrics.ts';
import { logLossWithoutFeatures, uselessnessOf } from './usefulness.ts';

const useful = { rows: 200, baseRate: 0.25, auc: 0.8, logLoss: 0.4 };

test('a model that tells the classes apart has no warning', () => {
  expect(uselessnessOf(useful)).toEqual([]);
});

test('a log loss that is not below that of no features is told with both numbers', () => {
  expect(logLossWithoutFeatures(0.5)).toBeCloseTo(Math.LN2, 15);
  expect(uselessnessOf({ ...useful, logLoss: 2.297 })).toEqual([
    'The scores are no better than giving every row the same one: log loss 2.2970, without any feature 0.5623.',
  ]);
  expect(uselessnessOf({ ...useful, logLoss: logLossWithoutFeatures(0.25) })).toHaveLength(1);
});

test('an AUC within the reach of guessing is told, and the reach shrinks with the rows', () => {
  expect(uselessnessOf({ ...useful, auc: 0.55 })).toEqual([
    'The order of the scores cannot be told from guessing: on this many rows guessing reaches an AUC of 0.5926, and the model has 0.5500.',
  ]);
  expect(uselessnessOf({ ...useful, rows: 20_000, auc: 0.55 })).toEqual([]);
  expect(uselessnessOf({ ...useful, auc: 0.2 })).toHaveLength(1);
});

test('guesses stay within their reach in about 95 of 100 holdouts', () => {
  const rows = 100;
  const labels = Array.from({ length: rows }, (_, row) => (row < 30 ? 1 : 0));
  const aucs = Array.from({ length: 1000 }, (_, holdout) =>
    areaUnderCurve(
      labels,
      labels.map((_, row) => uniform(holdout, row, 0)),
    ),
  );
  const told = aucs.filter((auc) => uselessnessOf({ rows, baseRate: 0.3, auc, logLoss: 0 }).length === 1).length;
  // Of the 5 in 100 outside, half lie below 0.5 and are told as well.
  expect(told).toBeGreaterThan(955);
  expect(told).toBeLessThan(995);
});

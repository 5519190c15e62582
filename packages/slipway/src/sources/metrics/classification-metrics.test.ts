import { expect, test } from 'vitest';
import { areaUnderCurve, brierScore, classificationMetrics, confusionAt, logLoss } from './classification-metrics.ts';

const labels = [0, 0, 1, 1, 0, 1, 1, 0];
const scores = [0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.5, 0.05];

test('AUC, log loss and Brier score are those of an independent implementation', () => {
  // scikit-learn 1.9.1: roc_auc_score, log_loss, brier_score_loss. Two rows share the score 0.35.
  expect(areaUnderCurve(labels, scores)).toBe(0.90625);
  expect(logLoss(labels, scores)).toBeCloseTo(0.39621696524181016, 14);
  expect(brierScore(labels, scores)).toBeCloseTo(0.1271875, 14);
});

test('AUC is the share of pairs in the right order, ties counting half', () => {
  expect(areaUnderCurve([0, 1], [0.2, 0.8])).toBe(1);
  expect(areaUnderCurve([1, 0], [0.2, 0.8])).toBe(0);
  expect(areaUnderCurve([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])).toBe(0.5);
  // Pairs (1 over 0): 0.4 > 0.1, 0.4 < 0.6, 0.6 > 0.1, 0.6 = 0.6.
  expect(areaUnderCurve([0, 1, 1, 0], [0.1, 0.4, 0.6, 0.6])).toBe(2.5 / 4);
});

test('AUC of one class has no meaning', () => {
  expect(areaUnderCurve([1, 1], [0.1, 0.2])).toBeNaN();
});

test('log loss stays finite where the model was sure and wrong', () => {
  expect(logLoss([1], [0])).toBeCloseTo(-Math.log(1e-15), 10);
  expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 1);
});

test('a decision is made from the threshold on', () => {
  expect(confusionAt(labels, scores, 0.4)).toEqual({
    threshold: 0.4,
    truePositives: 3,
    falsePositives: 1,
    trueNegatives: 3,
    falseNegatives: 1,
  });
});

test('a float32 score is compared with the threshold as float32', () => {
  // As float64, fround(0.7) is below 0.7.
  expect(confusionAt([1], Float32Array.of(0.7), 0.7).truePositives).toBe(1);
});

test('all metrics come together with the number of rows and the base rate', () => {
  expect(classificationMetrics(labels, scores, 0.5)).toMatchObject({ rows: 8, baseRate: 0.5, auc: 0.90625 });
  expect(() => classificationMetrics([1], [], 0.5)).toThrow(/one score for each label/);
});

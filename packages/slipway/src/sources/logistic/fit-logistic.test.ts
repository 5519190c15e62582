import { expect, test } from 'vitest';
import { fitLogistic, type LogisticFit, logistic } from './fit-logistic.ts';

interface Case {
  readonly columns: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly l2?: number;
}

function fit({ columns, labels, l2 = 1 }: Case): LogisticFit {
  return fitLogistic({
    columns: columns.map((column) => Float64Array.from(column)),
    labels: Uint8Array.from(labels),
    rows: Uint32Array.from(labels.keys()),
    l2,
  });
}

function probability({ standards, weights, bias }: LogisticFit, features: readonly number[]): number {
  const eta = features.reduce((sum, x, j) => sum + weights[j] * (x - standards[j].offset) * standards[j].scale, bias);
  return logistic(eta);
}

const x1 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const x2 = [5, 3, 6, 2, 7, 1, 8, 4, 9, 0, 2, 5];
const y = [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1];

test('weights are those of an independent implementation', () => {
  // scikit-learn 1.9.1: LogisticRegression(C=1/l2, tol=1e-14, solver='newton-cholesky') on the standardised columns.
  const plain = fit({ columns: [x1, x2], labels: y, l2: 1 });
  expect(plain.weights[0]).toBeCloseTo(0.7782581295671058, 9);
  expect(plain.weights[1]).toBeCloseTo(0.14254447382400434, 9);
  expect(plain.bias).toBeCloseTo(-0.0013481197066484121, 9);
  const strong = fit({ columns: [x1, x2], labels: y, l2: 100 });
  expect(strong.weights[0]).toBeCloseTo(0.028133096978786035, 9);
  expect(strong.weights[1]).toBeCloseTo(0.0036371810814713346, 9);
});

test('with one yes-or-no feature and no penalty the probabilities are the shares of each group', () => {
  // 1 of 4 rows with 0, 3 of 5 rows with 1.
  const columns = [[0, 0, 0, 0, 1, 1, 1, 1, 1]];
  const found = fit({ columns, labels: [1, 0, 0, 0, 1, 1, 1, 0, 0], l2: 1e-12 });
  expect(probability(found, [0])).toBeCloseTo(1 / 4, 9);
  expect(probability(found, [1])).toBeCloseTo(3 / 5, 9);
});

test('the mean probability of the training rows is the share of class 1, whatever the penalty', () => {
  for (const l2 of [1e-6, 1, 1000]) {
    const found = fit({ columns: [x1, x2], labels: y, l2 });
    const mean = x1.reduce((sum, _, row) => sum + probability(found, [x1[row], x2[row]]) / x1.length, 0);
    expect(mean).toBeCloseTo(0.5, 9);
  }
});

test('classes that a feature separates get finite weights in few steps', () => {
  const labels = x1.map((value) => (value > 6 ? 1 : 0));
  const found = fit({ columns: [x1], labels });
  expect(found.iterations).toBeLessThan(20);
  expect(found.weights[0]).toBeGreaterThan(1);
  expect(Number.isFinite(found.weights[0])).toBe(true);
  expect(probability(found, [12])).toBeGreaterThan(0.9);
  const weak = fit({ columns: [x1], labels, l2: 1e-9 });
  expect(weak.iterations).toBeLessThan(100);
  expect(probability(weak, [7])).toBeGreaterThan(0.99);
  expect(probability(weak, [6])).toBeLessThan(0.01);
});

test('columns that repeat each other share the weight of one', () => {
  const once = fit({ columns: [x1], labels: y, l2: 0.5 });
  const twice = fit({ columns: [x1, x1.map((value) => 100 - 3 * value)], labels: y, l2: 1 });
  expect(twice.weights[0]).toBeCloseTo(-twice.weights[1], 6);
  expect(twice.weights[0] * 2).toBeCloseTo(once.weights[0], 6);
});

test('a column that never changes has no weight', () => {
  const found = fit({ columns: [x1, x1.map(() => 7)], labels: y });
  expect(found.weights[1]).toBe(0);
  expect(found.weights[0]).toBeCloseTo(fit({ columns: [x1], labels: y }).weights[0], 12);
});

test('values of any size are standardised first', () => {
  const small = fit({ columns: [x1.map((value) => value * 2 ** -60)], labels: y });
  const large = fit({ columns: [x1.map((value) => value * 2 ** 60)], labels: y });
  expect(small.weights[0]).toBeCloseTo(large.weights[0], 12);
});

test('only the chosen rows are learned from', () => {
  const columns = [Float64Array.from([...x1, 1000, -1000])];
  const labels = Uint8Array.from([...y, 0, 1]);
  const chosen = fitLogistic({ columns, labels, rows: Uint32Array.from(x1.keys()), l2: 1 });
  expect(chosen).toEqual(fit({ columns: [x1], labels: y }));
});

test('the logistic function neither overflows nor loses small probabilities', () => {
  expect(logistic(0)).toBe(0.5);
  expect(logistic(-745)).toBeGreaterThan(0);
  expect(logistic(800)).toBe(1);
  expect(logistic(-800)).toBe(0);
});

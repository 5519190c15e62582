import { exp } from '@slipway/core';
import { solveCholesky } from './cholesky.ts';
import { type Standard, standardOf } from './standardise.ts';

/** P(1) = 1 / (1 + e^-eta), eta = bias + sum of weights[j] * (x[j] - offset[j]) * scale[j]. */
export interface LogisticFit {
  readonly standards: readonly Standard[];
  readonly weights: readonly number[];
  readonly bias: number;
  readonly iterations: number;
}

export interface LogisticOptions {
  readonly columns: readonly Float64Array[];
  readonly labels: Uint8Array;
  /** Rows to learn from. */
  readonly rows: Uint32Array;
  /** Strength of the L2 penalty on the weights of the standardised features; the bias has none. */
  readonly l2: number;
}

/**
 * Logistic regression by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani, Friedman, The
 * Elements of Statistical Learning, 4.4.1) with an L2 penalty: minimises the sum of log losses + l2/2 |weights|^2. The
 * penalty keeps the weights finite where a feature separates the classes, and unique where features depend on each
 * other. A step that does not lower the loss is halved.
 */
export function fitLogistic({ columns, labels, rows, l2 }: LogisticOptions): LogisticFit {
  const standards = columns.map((column) => standardOf(column, rows));
  const problem: Problem = {
    z: standardised(columns, standards, rows),
    y: Uint8Array.from(rows, (row) => labels[row]),
    l2,
  };
  const { parameters, iterations } = minimise(problem, columns.length + 1);
  return { standards, weights: [...parameters.subarray(0, -1)], bias: parameters[columns.length], iterations };
}

interface Problem {
  /** Row-major, one row of features after another. */
  readonly z: Float64Array;
  readonly y: Uint8Array;
  readonly l2: number;
}

const iterationsMax = 100;
const halvingsMax = 40;
/** Of the decrement a row: from here on the loss no longer shows the difference, and one full step ends the work. */
const settled = 1e-13;

/** The last parameter is the bias. */
function minimise(problem: Problem, count: number): { parameters: Float64Array; iterations: number } {
  let parameters: Float64Array = new Float64Array(count);
  let loss = penalisedLoss(problem, parameters);
  for (let iterations = 1; iterations <= iterationsMax; iterations++) {
    const from = parameters;
    const { step, decrement } = newtonStep(problem, from);
    if (decrement < problem.y.length * settled) {
      return { parameters: from.map((value, index) => value - step[index]), iterations };
    }
    const next = descend(problem, from, step, loss, decrement);
    if (next === null) return { parameters, iterations };
    ({ parameters, loss } = next);
  }
  return { parameters, iterations: iterationsMax };
}

function standardised(
  columns: readonly Float64Array[],
  standards: readonly Standard[],
  rows: Uint32Array,
): Float64Array {
  const width = columns.length;
  const z = new Float64Array(rows.length * width);
  for (let column = 0; column < width; column++) {
    const { offset, scale } = standards[column];
    for (let at = 0; at < rows.length; at++) {
      z[at * width + column] = (Math.fround(columns[column][rows[at]]) - offset) * scale;
    }
  }
  return z;
}

function newtonStep({ z, y, l2 }: Problem, parameters: Float64Array): { step: Float64Array; decrement: number } {
  const n = parameters.length;
  const width = n - 1;
  const gradient = new Float64Array(n);
  const hessian = new Float64Array(n * n);
  const row = new Float64Array(n).fill(1);
  for (let at = 0; at < y.length; at++) {
    row.set(z.subarray(at * width, (at + 1) * width));
    const chance = logistic(dot(row, parameters));
    const weight = chance * (1 - chance);
    for (let i = 0; i < n; i++) {
      gradient[i] += (chance - y[at]) * row[i];
      const weighted = weight * row[i];
      for (let j = 0; j <= i; j++) hessian[i * n + j] += weighted * row[j];
    }
  }
  for (let i = 0; i < width; i++) {
    gradient[i] += l2 * parameters[i];
    hessian[i * n + i] += l2;
  }
  // Where every row is sure, the bias has no curvature left; a trace of it keeps the system solvable.
  hessian[n * n - 1] += 1e-10;
  const step = gradient.slice();
  solveCholesky(hessian, step);
  return { step, decrement: dot(gradient, step) };
}

/** The longest of full, half, quarter … step that lowers the loss by a fair part of what its slope promises. */
function descend(
  problem: Problem,
  from: Float64Array,
  step: Float64Array,
  loss: number,
  decrement: number,
): { parameters: Float64Array; loss: number } | null {
  let length = 1;
  for (let halving = 0; halving < halvingsMax; halving++) {
    const parameters = from.map((value, index) => value - length * step[index]);
    const lower = penalisedLoss(problem, parameters);
    if (lower <= loss - 1e-4 * length * decrement) return { parameters, loss: lower };
    length /= 2;
  }
  return null;
}

function penalisedLoss({ z, y, l2 }: Problem, parameters: Float64Array): number {
  const width = parameters.length - 1;
  const row = new Float64Array(width + 1).fill(1);
  let loss = 0;
  for (let at = 0; at < y.length; at++) {
    row.set(z.subarray(at * width, (at + 1) * width));
    const eta = dot(row, parameters);
    // log(1 + e^eta) - y * eta, without overflow.
    const size = eta < 0 ? -eta : eta;
    loss += Math.log1p(exp(-size)) + (eta > 0 ? eta : 0) - y[at] * eta;
  }
  for (let i = 0; i < width; i++) loss += (l2 / 2) * parameters[i] * parameters[i];
  return loss;
}

export function logistic(eta: number): number {
  return eta < 0 ? exp(eta) / (1 + exp(eta)) : 1 / (1 + exp(-eta));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}

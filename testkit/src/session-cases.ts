import type { OnnxModel } from '@slipway/core';
import {
  boostedModel,
  categoryName,
  denseNetwork,
  encoderModel,
  forestModel,
  imputerModel,
  leafWiseModel,
  linearRegressorModel,
  logisticModel,
  logisticParameters,
  multiClassModel,
  networkModel,
  stumpModel,
  textModel,
  treeRegressorModel,
} from './models/index.ts';

/** A model, and what is known of its answers from outside of any engine. */
export interface SessionCase {
  readonly name: string;
  readonly model: OnnxModel;
  /** Values of all lanes for one row; labels as indexes. Absent where only engines know them. */
  readonly expected?: (row: readonly (number | string)[]) => readonly (number | string)[];
  /** How far a number may be from the expected one. */
  readonly tolerance?: number;
  readonly texts?: readonly string[];
}

/** Categories of both columns, and two that neither has. */
const encoderTexts = [
  ...[0, 1, 2, 3].map((at) => categoryName(0, at)),
  ...[0, 1, 2, 3].map((at) => categoryName(1, at)),
  '',
  'Zürich',
];

/** Models that the compiled engine runs, and ONNX Runtime too. */
export const tabularCases: readonly SessionCase[] = [
  { name: 'logistic regression', model: logisticModel(), expected: logistic, tolerance: 1e-6 },
  {
    name: 'logistic regression without ZipMap, one input a column',
    model: logisticModel({ columns: ['a', 'b', 'c'], zipMap: false }),
    expected: logistic,
    tolerance: 1e-6,
  },
  { name: 'three classes with text labels', model: multiClassModel() },
  { name: 'linear regression', model: linearRegressorModel(), expected: regression, tolerance: 1e-5 },
  { name: 'one tree of one question', model: stumpModel(), expected: stump, tolerance: 1e-7 },
  { name: 'random forest', model: forestModel({ trees: 20, depth: 5 }) },
  { name: 'random forest of three classes', model: forestModel({ classes: 3, zipMap: true }) },
  { name: 'gradient boosting', model: boostedModel({ trees: 20, depth: 5 }) },
  {
    name: 'leaf-wise boosting in float64, with categories',
    model: leafWiseModel({ trees: 12, features: 4, categorical: 1, categories: 6 }),
  },
  { name: 'forest regression', model: treeRegressorModel() },
  { name: 'neural network', model: networkModel() },
  {
    name: 'neural network of wide layers',
    model: denseNetwork({ seed: 7, widths: [70, 40, 30, 3], activation: { op: 'Tanh' }, head: 'label' }),
  },
  {
    name: 'neural network in float64',
    model: denseNetwork({ seed: 8, widths: [5, 20, 2], type: 'float64', layer: 'matmul', head: 'sigmoid' }),
  },
  { name: 'encoders and logistic regression', model: encoderModel('logistic'), texts: encoderTexts },
  { name: 'encoders and random forest', model: encoderModel('forest'), texts: encoderTexts },
  {
    name: 'encoders that take no unknown category',
    model: encoderModel('logistic', { texts: 1, zeros: 0 }),
    texts: encoderTexts.slice(0, 4),
  },
  { name: 'imputer, scaler and boosted trees', model: imputerModel() },
];

/** Models that only ONNX Runtime runs. */
export const runtimeCases: readonly SessionCase[] = [
  {
    name: 'text and numbers',
    model: textModel(),
    expected: ([city, hours]) => [cityScore(String(city)) + Math.fround(Number(hours)), String(city)],
    tolerance: 1e-5,
    texts: ['Basel', 'Bern', 'Zug', '', 'Zürich'],
  },
];

function logistic(row: readonly (number | string)[]): number[] {
  const { weights, bias, offset, scale } = logisticParameters(3);
  const score = weights.reduce(
    (sum, weight, at) => sum + weight * (Number(row[at]) - (offset[at] ?? 0)) * (scale[at] ?? 0),
    bias,
  );
  const probability = 1 / (1 + Math.exp(-score));
  return [score > 0 ? 1 : 0, 1 - probability, probability];
}

function regression([x0, x1]: readonly (number | string)[]): number[] {
  return [2 * Number(x0) - 3 * Number(x1) + 0.5];
}

/** A missing x0 goes to the false side, where the score is 0.9. */
function stump([x0]: readonly (number | string)[]): number[] {
  return Number(x0) <= 1.5 ? [0, 0.8, 0.2] : [1, 0.1, 0.9];
}

function cityScore(city: string): number {
  return city === 'Basel' ? 10 : city === 'Bern' ? 20 : 0;
}

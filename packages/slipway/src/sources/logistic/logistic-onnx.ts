import type { OnnxModel } from '@slipway/core';
import { classifierModel, floats, ints, mlNode, text } from '../onnx-graph.ts';
import type { LogisticFit } from './fit-logistic.ts';

/**
 * Scaler, then a LinearClassifier with one row of weights: with two labels that is the binary form, whose
 * probabilities are [logistic(-s), logistic(s)] and whose label is s > 0.
 */
export function logisticOnnx({ standards, weights, bias }: LogisticFit): OnnxModel {
  const scaler = mlNode('Scaler', ['features'], ['standardised'], {
    offset: floats(standards.map(({ offset }) => offset)),
    scale: floats(standards.map(({ scale }) => scale)),
  });
  const classifier = mlNode('LinearClassifier', ['standardised'], ['label', 'probabilities'], {
    coefficients: floats(weights),
    intercepts: floats([bias]),
    classlabels_ints: ints([0, 1]),
    post_transform: text('LOGISTIC'),
  });
  return classifierModel('logistic_regression', [scaler, classifier], weights.length);
}

import type { OnnxTensor } from '@slipway/core';
import { plainNode, scalar, vector } from '../onnx-graph.ts';
import type { BoostedModel } from './boosted-model.ts';
import type { GraphPart } from './boosted-onnx.ts';

/** A missing value adds nothing to a sum, as zero does. */
export function linearNodes({ scorer, features, targets, precision }: BoostedModel, matrix: string): GraphPart {
  if (scorer.kind !== 'linear') throw new Error('the model is not linear');
  const weights: OnnxTensor = {
    name: '/weights',
    type: 'float32',
    dims: [features.length, targets],
    data: scorer.weights,
  };
  return {
    nodes: [
      plainNode('IsNaN', [matrix], ['/absent'], {}),
      plainNode('Where', ['/absent', '/nothing', matrix], ['/present'], {}),
      plainNode('MatMul', ['/present', '/weights'], ['/weighted'], {}),
      plainNode('Add', ['/weighted', '/bias'], ['/sums'], {}),
    ],
    constants: [scalar('/nothing', precision, 0), weights, vector('/bias', precision, [...scorer.bias])],
  };
}

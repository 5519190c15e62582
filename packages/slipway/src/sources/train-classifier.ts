import { encodeModel, type OnnxModel } from '@slipway/core';
import { fitForest } from './forest/fit-forest.ts';
import { forestOnnx } from './forest/forest-onnx.ts';
import { fitLogistic } from './logistic/fit-logistic.ts';
import { logisticOnnx } from './logistic/logistic-onnx.ts';
import type { Split } from './table/split-rows.ts';
import type { TrainingData } from './table/training-data.ts';

export const modelKinds = ['logistic', 'forest'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** What was learned, for people: the weights of a logistic regression on the features as they are, or the trees. */
export type LearnedModel =
  | {
      readonly kind: 'logistic';
      readonly weights: readonly { readonly feature: string; readonly weight: number }[];
      readonly bias: number;
      readonly iterations: number;
    }
  | { readonly kind: 'forest'; readonly trees: number };

/** Weight of the L2 penalty: each weight of a standardised feature is drawn to 0 as by one row. */
const l2 = 1;

/** Trains a baseline on the training rows of a split and writes it as ONNX. The same seed gives the same bytes. */
export function trainClassifier(
  kind: ModelKind,
  data: TrainingData,
  { training }: Split,
  seed: number,
): { readonly onnx: Uint8Array; readonly learned: LearnedModel } {
  const { model, learned } = kind === 'logistic' ? trainLogistic(data, training) : trainForest(data, training, seed);
  return { onnx: encodeModel(model), learned };
}

interface Trained {
  readonly model: OnnxModel;
  readonly learned: LearnedModel;
}

function trainLogistic({ features, columns, labels }: TrainingData, rows: Uint32Array): Trained {
  const fit = fitLogistic({ columns, labels, rows, l2 });
  const slopes = fit.standards.map(({ scale }, index) => fit.weights[index] * scale);
  const bias = fit.standards.reduce((sum, { offset }, index) => sum - slopes[index] * offset, fit.bias);
  const weights = features.map(({ name }, index) => ({ feature: name, weight: slopes[index] }));
  return { model: logisticOnnx(fit), learned: { kind: 'logistic', weights, bias, iterations: fit.iterations } };
}

function trainForest({ columns, labels }: TrainingData, rows: Uint32Array, seed: number): Trained {
  const { trees } = fitForest({ columns, labels, rows, seed });
  return { model: forestOnnx(trees, columns.length), learned: { kind: 'forest', trees: trees.length } };
}

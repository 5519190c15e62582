import type { OnnxModel, OnnxNode } from '@slipway/core';
import { Random } from '../random.ts';
import { floatTensor, mapsOf, modelOf, node, value } from './parts.ts';

export interface LogisticOptions {
  readonly features?: number;
  readonly seed?: number;
  /** With the list of maps at the end that skl2onnx writes unless told otherwise. */
  readonly zipMap?: boolean;
  /** One `[N, 1]` input a feature, named so, in place of the matrix `X`. */
  readonly columns?: readonly string[];
}

/**
 * A scaled binary logistic regression, as skl2onnx exports it: Scaler, LinearClassifier with a row of weights for each
 * of the classes 0 and 1, ZipMap. Outputs `output_label` and `output_probability`.
 */
export function logisticModel(options: LogisticOptions = {}): OnnxModel {
  const { columns, seed = 1, zipMap = true } = options;
  const features = columns?.length ?? options.features ?? 3;
  const { weights, bias, offset, scale } = logisticParameters(features, seed);
  const probabilities = zipMap ? 'probabilities' : 'output_probability';
  const nodes: OnnxNode[] = columns === undefined ? [] : [node('Concat', columns, ['X'], { axis: { int: 1 } })];
  nodes.push(
    node('ml:Scaler', ['X'], ['scaled'], { offset: { floats: offset }, scale: { floats: scale } }),
    node('ml:LinearClassifier', ['scaled'], ['output_label', probabilities], {
      coefficients: { floats: [...weights.map((weight) => -weight), ...weights] },
      intercepts: { floats: [-bias, bias] },
      classlabels_ints: { ints: [0, 1] },
      multi_class: { int: 1 },
      post_transform: 'LOGISTIC',
    }),
  );
  if (zipMap)
    nodes.push(node('ml:ZipMap', [probabilities], ['output_probability'], { classlabels_int64s: { ints: [0, 1] } }));
  return modelOf('logistic', {
    nodes,
    inputs: columns?.map((name) => value(name, 'float32', [null, 1])) ?? [value('X', 'float32', [null, features])],
    outputs: [
      value('output_label', 'int64', [null]),
      zipMap ? mapsOf('output_probability') : value('output_probability', 'float32', [null, 2]),
    ],
  });
}

export interface LogisticParameters {
  readonly weights: readonly number[];
  readonly bias: number;
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

/** What `logisticModel` is made of: P(1) = logistic(sum of weights * (x - offset) * scale + bias). */
export function logisticParameters(features: number, seed = 1): LogisticParameters {
  const random = new Random(seed);
  const list = (make: () => number) => Array.from({ length: features }, () => Math.fround(make()));
  return {
    weights: list(() => random.normal()),
    bias: Math.fround(0.5 * random.normal()),
    offset: list(() => random.normal()),
    scale: list(() => 0.5 + random.next()),
  };
}

/** Scores of three classes with text labels: LinearClassifier with SOFTMAX. Outputs `label` and `probabilities`. */
export function multiClassModel({ features = 4, seed = 2 } = {}): OnnxModel {
  const random = new Random(seed);
  const classes = ['high', 'low', 'medium'];
  return modelOf('multi-class', {
    nodes: [
      node('ml:LinearClassifier', ['X'], ['label', 'probabilities'], {
        coefficients: { floats: Array.from({ length: classes.length * features }, () => random.normal()) },
        intercepts: { floats: classes.map(() => random.normal()) },
        classlabels_strings: { strings: classes },
        post_transform: 'SOFTMAX',
      }),
    ],
    inputs: [value('X', 'float32', [null, features])],
    outputs: [value('label', 'string', [null]), value('probabilities', 'float32', [null, classes.length])],
  });
}

/** `variable` = 2 x0 - 3 x1 + 0.5: small enough to check by hand. */
export function linearRegressorModel(): OnnxModel {
  return modelOf('linear-regressor', {
    nodes: [
      node('ml:LinearRegressor', ['X'], ['variable'], {
        coefficients: { floats: [2, -3] },
        intercepts: { floats: [0.5] },
        targets: { int: 1 },
      }),
    ],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [value('variable', 'float32', [null, 1])],
  });
}

/**
 * A network of one hidden layer (Gemm, Relu, Gemm, Softmax). The label is picked with ArgMax from a constant list, as
 * skl2onnx does for MLPClassifier. Outputs `label` and `probabilities`.
 */
export function networkModel({ features = 4, hidden = 8, classes = 3, seed = 3 } = {}): OnnxModel {
  const random = new Random(seed);
  const floats = (name: string, dims: readonly number[]) =>
    floatTensor(
      name,
      dims,
      Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.normal()),
    );
  return modelOf('network', {
    nodes: [
      node('Gemm', ['X', 'W1', 'b1'], ['h']),
      node('Relu', ['h'], ['r']),
      node('Gemm', ['r', 'W2', 'b2'], ['s']),
      node('Softmax', ['s'], ['probabilities'], { axis: { int: 1 } }),
      node('ArgMax', ['probabilities'], ['best'], { axis: { int: 1 }, keepdims: { int: 0 } }),
      node('ml:ArrayFeatureExtractor', ['labels', 'best'], ['picked']),
      node('Cast', ['picked'], ['label_row'], { to: { int: 7 } }),
      node('Reshape', ['label_row', 'flat'], ['label']),
    ],
    initializers: [
      floats('W1', [features, hidden]),
      floats('b1', [hidden]),
      floats('W2', [hidden, classes]),
      floats('b2', [classes]),
      {
        name: 'labels',
        type: 'int64',
        dims: [classes],
        data: BigInt64Array.from({ length: classes }, (_, i) => BigInt(10 * i)),
      },
      { name: 'flat', type: 'int64', dims: [1], data: BigInt64Array.of(-1n) },
    ],
    inputs: [value('X', 'float32', ['N', features])],
    outputs: [value('label', 'int64', ['N']), value('probabilities', 'float32', ['N', classes])],
  });
}

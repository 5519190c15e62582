import type { OnnxModel, OnnxNode } from '@slipway/core';
import { Random } from '../random.ts';
import { type AttributeValue, int64Tensor, modelOf, node, value } from './parts.ts';
import { TreeNodes, treeDefaults } from './tree-nodes.ts';

export interface PipelineOptions {
  /** Numeric columns `x0`, `x1` and so on. */
  readonly numbers?: number;
  /** Text columns `c0`, `c1` and so on. */
  readonly texts?: number;
  /** Categories of each text column: `categoryName(column, 0)` and so on. */
  readonly categories?: number;
  readonly seed?: number;
  /** Trees of the forest, and their depth. */
  readonly trees?: number;
  readonly depth?: number;
  /** 0: an unknown category is an error, as it is in scikit-learn unless told otherwise. */
  readonly zeros?: 0 | 1;
  /** With a StandardScaler behind the encoders, which leaves no zero where it was. */
  readonly scaled?: boolean;
}

const defaults = {
  numbers: 3,
  texts: 2,
  categories: 4,
  seed: 6,
  trees: 10,
  depth: 5,
  zeros: 1,
  scaled: false,
} as const;

export function categoryName(column: number, category: number): string {
  return `column ${column}, category ${category}`;
}

/**
 * A pipeline of scikit-learn as skl2onnx exports it: numbers scaled, texts one-hot encoded, one input a column, and a
 * logistic regression or a random forest behind. Outputs `label` and `probabilities`.
 */
export function encoderModel(behind: 'logistic' | 'forest', options: PipelineOptions = {}): OnnxModel {
  const parts = { ...defaults, ...options };
  const random = new Random(parts.seed);
  const numbers = Array.from({ length: parts.numbers }, (_, column) => `x${column}`);
  const texts = Array.from({ length: parts.texts }, (_, column) => `c${column}`);
  const width = parts.numbers + parts.texts * parts.categories;
  const list = (length: number, make: () => number) => ({ floats: Array.from({ length }, make) });
  const scale = {
    offset: list(parts.numbers, () => 0.5 * random.normal()),
    scale: list(parts.numbers, () => 0.5 + random.next()),
  };
  const encoders = texts.map((name, column) => {
    const categories = Array.from({ length: parts.categories }, (_, category) => categoryName(column, category));
    return node('ml:OneHotEncoder', [name], [`${name}out`], {
      cats_strings: { strings: categories },
      zeros: { int: parts.zeros },
    });
  });
  const joined = parts.scaled ? 'joined' : 'transformed_column';
  const nodes = [
    node('Concat', numbers, ['merged_columns'], { axis: { int: 1 } }),
    ...encoders,
    node(
      'Concat',
      texts.map((name) => `${name}out`),
      ['concat_result'],
      { axis: { int: -1 } },
    ),
    node('ml:Scaler', ['merged_columns'], ['variable'], scale),
    node('Reshape', ['concat_result', 'shape_tensor'], ['variable1']),
    node('Concat', ['variable', 'variable1'], [joined], { axis: { int: 1 } }),
    ...(parts.scaled ? [scaledAll(random, width)] : []),
    behind === 'logistic' ? logistic(random, width) : forest(parts, width),
  ];
  return modelOf(`encoders and ${behind}`, {
    nodes,
    inputs: [
      ...numbers.map((name) => value(name, 'float32', [null, 1])),
      ...texts.map((name) => value(name, 'string', [null, 1])),
    ],
    outputs: [value('label', 'int64', [null]), value('probabilities', 'float32', [null, 2])],
    initializers: [int64Tensor('shape_tensor', [2], [-1, parts.texts * parts.categories])],
  });
}

function scaledAll(random: Random, width: number): OnnxNode {
  const list = (make: () => number) => ({ floats: Array.from({ length: width }, make) });
  return node('ml:Scaler', ['joined'], ['transformed_column'], {
    offset: list(() => random.next()),
    scale: list(() => 0.5 + random.next()),
  });
}

function logistic(random: Random, width: number): OnnxNode {
  const weights = Array.from({ length: width }, () => Math.fround(0.3 * random.normal()));
  return node('ml:LinearClassifier', ['transformed_column'], ['label', 'probabilities'], {
    coefficients: { floats: [...weights.map((weight) => -weight), ...weights] },
    intercepts: { floats: [-0.25, 0.25] },
    classlabels_ints: { ints: [0, 1] },
    multi_class: { int: 0 },
    post_transform: 'LOGISTIC',
  });
}

/** Half of the questions are about numbers, half about single categories. */
function forest(parts: Required<PipelineOptions>, width: number): OnnxNode {
  const random = new Random(parts.seed + 1);
  const trees = new TreeNodes({
    ...treeDefaults,
    trees: parts.trees,
    depth: parts.depth,
    features: width,
    mode: 'BRANCH_LEQ',
    missing: false,
    leaf: (own) => [[0, own.next() ** 2 / parts.trees]],
  }).attributes('class') as Record<string, AttributeValue> & {
    nodes_featureids: { ints: number[] };
    nodes_values: { floats: number[] };
  };
  const { nodes_featureids: features, nodes_values: thresholds } = trees;
  features.ints.forEach((feature, at) => {
    if (feature >= parts.numbers && random.next() < 0.5) features.ints[at] = random.integer(parts.numbers);
    else if (feature >= parts.numbers) thresholds.floats[at] = 0.5;
  });
  return node('ml:TreeEnsembleClassifier', ['transformed_column'], ['label', 'probabilities'], {
    ...trees,
    classlabels_int64s: { ints: [0, 1] },
    post_transform: 'NONE',
  });
}

/** Missing numbers imputed, then scaled, in front of boosted trees. Input `X`; outputs `label` and `probabilities`. */
export function imputerModel({ numbers = 5, seed = 8, trees = 10, depth = 5 }: PipelineOptions = {}): OnnxModel {
  const random = new Random(seed);
  const list = (make: () => number) => ({ floats: Array.from({ length: numbers }, make) });
  const boosted = new TreeNodes({
    ...treeDefaults,
    trees,
    depth,
    features: numbers,
    mode: 'BRANCH_LEQ',
    missing: false,
    leaf: (own) => [[0, (2 * own.normal()) / Math.sqrt(trees)]],
  });
  return modelOf('imputer, scaler and boosted trees', {
    nodes: [
      node('ml:Imputer', ['X'], ['variable'], {
        imputed_value_floats: list(() => random.normal()),
        replaced_value_float: { float: Number.NaN },
      }),
      node('ml:Scaler', ['variable'], ['variable1'], {
        offset: list(() => 0.5 * random.normal()),
        scale: list(() => 0.5 + random.next()),
      }),
      node('ml:TreeEnsembleClassifier', ['variable1'], ['label', 'probabilities'], {
        ...boosted.attributes('class'),
        base_values: { floats: [-0.25] },
        classlabels_int64s: { ints: [0, 1] },
        post_transform: 'LOGISTIC',
      }),
    ],
    inputs: [value('X', 'float32', [null, numbers])],
    outputs: [value('label', 'int64', [null]), value('probabilities', 'float32', [null, 2])],
  });
}

import type { OnnxModel } from '@slipway/core';
import { mapsOf, modelOf, node, value } from './parts.ts';
import { TreeNodes, type TreesOptions, treeDefaults } from './tree-nodes.ts';

export type { TreesOptions } from './tree-nodes.ts';

export interface ForestOptions extends TreesOptions {
  readonly classes?: number;
  readonly zipMap?: boolean;
}

/**
 * A random forest classifier as skl2onnx exports it: every leaf holds its share of each class divided by the number of
 * trees; of two classes only the second one's, under id 0. Outputs `label` and `probabilities`.
 */
export function forestModel(options: ForestOptions = {}): OnnxModel {
  const { classes = 2, zipMap = false, ...rest } = options;
  const parts = { ...treeDefaults, ...rest };
  const ids = Array.from({ length: classes }, (_, id) => id);
  const trees = new TreeNodes({
    ...parts,
    mode: 'BRANCH_LEQ',
    missing: false,
    leaf: (random) => {
      const shares = ids.map(() => random.next() ** 3);
      const total = shares.reduce((sum, share) => sum + share, 0) * parts.trees;
      const weights = shares.map((share, id) => [id, share / total] as const);
      return classes === 2 ? [[0, weights[1]?.[1] ?? 0]] : weights;
    },
  });
  const scores = zipMap ? 'scores' : 'probabilities';
  const classifier = node('ml:TreeEnsembleClassifier', ['X'], ['label', scores], {
    ...trees.attributes('class'),
    classlabels_int64s: { ints: ids },
    post_transform: 'NONE',
  });
  const zip = node('ml:ZipMap', [scores], ['probabilities'], { classlabels_int64s: { ints: ids } });
  return modelOf('forest', {
    nodes: zipMap ? [classifier, zip] : [classifier],
    inputs: [value('X', 'float32', [null, parts.features])],
    outputs: [
      value('label', 'int64', [null]),
      zipMap ? mapsOf('probabilities') : value('probabilities', 'float32', [null, classes]),
    ],
  });
}

/**
 * A gradient-boosted binary classifier as onnxmltools exports XGBoost: `x < threshold`, learned sides for missing
 * values, all weights under id 0, a base value, LOGISTIC. Outputs `label` and `probabilities`.
 */
export function boostedModel(options: TreesOptions = {}): OnnxModel {
  const parts = { ...treeDefaults, ...options };
  const trees = new TreeNodes({
    ...parts,
    mode: 'BRANCH_LT',
    missing: true,
    leaf: (random) => [[0, (2 * random.normal()) / Math.sqrt(parts.trees)]],
  });
  return modelOf('boosted', {
    nodes: [
      node('ml:TreeEnsembleClassifier', ['X'], ['label', 'probabilities'], {
        ...trees.attributes('class'),
        base_values: { floats: [-0.25] },
        classlabels_int64s: { ints: [0, 1] },
        post_transform: 'LOGISTIC',
      }),
    ],
    inputs: [value('X', 'float32', [null, parts.features])],
    outputs: [value('label', 'int64', [null]), value('probabilities', 'float32', [null, 2])],
  });
}

/** A forest that answers the mean of its trees plus 10. Output `variable`. */
export function treeRegressorModel(options: TreesOptions = {}): OnnxModel {
  const parts = { ...treeDefaults, ...options };
  const trees = new TreeNodes({
    ...parts,
    mode: 'BRANCH_LEQ',
    missing: true,
    leaf: (random) => [[0, 5 * random.normal()]],
  });
  return modelOf('tree-regressor', {
    nodes: [
      node('ml:TreeEnsembleRegressor', ['X'], ['variable'], {
        ...trees.attributes('target'),
        aggregate_function: 'AVERAGE',
        base_values: { floats: [10] },
        n_targets: { int: 1 },
        post_transform: 'NONE',
      }),
    ],
    inputs: [value('X', 'float32', [null, parts.features])],
    outputs: [value('variable', 'float32', [null, 1])],
  });
}

/** One node, two leaves: class 1 where x0 > 1.5 (P = 0.9), else class 0 (P(1) = 0.2). To check by hand. */
export function stumpModel(): OnnxModel {
  return modelOf('stump', {
    nodes: [
      node('ml:TreeEnsembleClassifier', ['X'], ['label', 'probabilities'], {
        nodes_treeids: { ints: [0, 0, 0] },
        nodes_nodeids: { ints: [0, 1, 2] },
        nodes_featureids: { ints: [0, 0, 0] },
        nodes_modes: { strings: ['BRANCH_LEQ', 'LEAF', 'LEAF'] },
        nodes_values: { floats: [1.5, 0, 0] },
        nodes_truenodeids: { ints: [1, 0, 0] },
        nodes_falsenodeids: { ints: [2, 0, 0] },
        class_treeids: { ints: [0, 0] },
        class_nodeids: { ints: [1, 2] },
        class_ids: { ints: [0, 0] },
        class_weights: { floats: [0.2, 0.9] },
        classlabels_int64s: { ints: [0, 1] },
        post_transform: 'NONE',
      }),
    ],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [value('label', 'int64', [null]), value('probabilities', 'float32', [null, 2])],
  });
}

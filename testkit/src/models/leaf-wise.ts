import type { OnnxModel } from '@slipway/core';
import { Random } from '../random.ts';
import { modelOf, node, value } from './parts.ts';

export interface LeafWiseOptions {
  readonly trees?: number;
  readonly leaves?: number;
  readonly features?: number;
  /** Of these features, the first ones hold categories: integers below `categories`. */
  readonly categorical?: number;
  readonly categories?: number;
  readonly seed?: number;
  readonly precision?: 'float32' | 'float64';
}

/** The node and leaf lists of TreeEnsemble while trees grow. */
class Grown {
  readonly roots: number[] = [];
  readonly features: number[] = [];
  readonly modes: number[] = [];
  readonly splits: number[] = [];
  readonly children: [number[], number[]] = [[], []];
  readonly areLeaves: [number[], number[]] = [[], []];
  readonly tracks: number[] = [];
  readonly members: number[] = [];
  readonly weights: number[] = [];
}

/**
 * A gradient-boosted ensemble as LightGBM grows it: leaf by leaf, so that trees are unbalanced, on float64 thresholds,
 * with sets of categories and sides for missing values; a TreeEnsemble of ai.onnx.ml 5 whose output `scores` is the sum.
 */
export function leafWiseModel(options: LeafWiseOptions = {}): OnnxModel {
  const { trees = 10, features = 8, seed = 5, precision = 'float64' } = options;
  const random = new Random(seed);
  const grown = new Grown();
  for (let tree = 0; tree < trees; tree++) grow(grown, random, { features, ...options }, trees);
  const floats = (values: readonly number[]) => {
    const data = precision === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
    return { tensor: { name: '', type: precision, dims: [values.length], data } };
  };
  const modes = Uint8Array.from(grown.modes);
  const attributes = {
    n_targets: { int: 1 },
    tree_roots: { ints: grown.roots },
    nodes_featureids: { ints: grown.features },
    nodes_modes: { tensor: { name: '', type: 'uint8' as const, dims: [modes.length], data: modes } },
    nodes_splits: floats(grown.splits),
    nodes_truenodeids: { ints: grown.children[0] },
    nodes_trueleafs: { ints: grown.areLeaves[0] },
    nodes_falsenodeids: { ints: grown.children[1] },
    nodes_falseleafs: { ints: grown.areLeaves[1] },
    nodes_missing_value_tracks_true: { ints: grown.tracks },
    leaf_targetids: { ints: grown.weights.map(() => 0) },
    leaf_weights: floats(grown.weights),
    ...(grown.members.length === 0 ? {} : { membership_values: floats(grown.members) }),
  };
  const model = modelOf('leaf-wise', {
    nodes: [node('ml:TreeEnsemble', ['X'], ['scores'], attributes)],
    inputs: [value('X', precision, [null, features])],
    outputs: [value('scores', precision, [null, 1])],
  });
  const opsets = new Map([
    ['', 15],
    ['ai.onnx.ml', 5],
  ]);
  return { ...model, irVersion: 9, opsets };
}

function grow(grown: Grown, random: Random, options: LeafWiseOptions & { features: number }, trees: number): void {
  const { leaves = 31 } = options;
  const first = grown.features.length;
  grown.roots.push(first);
  /** Sides of nodes that are still to be a leaf or a node. */
  const open: { node: number; side: 0 | 1 }[] = [];
  const split = () => {
    const at = addQuestion(grown, random, options);
    open.push({ node: at, side: 0 }, { node: at, side: 1 });
    return at;
  };
  split();
  while (open.length < leaves) {
    const [{ node: parent, side } = { node: first, side: 0 as const }] = open.splice(random.integer(open.length), 1);
    grown.areLeaves[side][parent] = 0;
    grown.children[side][parent] = split();
  }
  for (const { node: parent, side } of open) {
    grown.areLeaves[side][parent] = 1;
    grown.children[side][parent] = grown.weights.push(random.normal() / Math.sqrt(trees)) - 1;
  }
}

function addQuestion(grown: Grown, random: Random, options: LeafWiseOptions & { features: number }): number {
  const { features, categorical = 0, categories = 50 } = options;
  const feature = random.integer(features);
  const isSet = feature < categorical;
  if (isSet) {
    const members = Array.from({ length: 1 + random.integer(24) }, () => random.integer(categories));
    grown.members.push(...new Set(members), Number.NaN);
  }
  grown.modes.push(isSet ? 6 : 0);
  grown.splits.push(isSet ? 0 : random.normal());
  grown.tracks.push(isSet ? 0 : random.integer(2));
  for (const list of [...grown.children, ...grown.areLeaves]) list.push(0);
  return grown.features.push(feature) - 1;
}

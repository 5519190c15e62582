import type { OnnxModel } from '@slipway/core';
import type { Random } from '../random.ts';
import { type AttributeValue, modelOf, node, value } from './parts.ts';

/** What `randomTreeModel` was made with, for the message of a test that fails. */
export interface RandomTreeModel {
  readonly model: OnnxModel;
  readonly description: string;
  /** Values that stand in the trees, per feature: where answers change. */
  readonly thresholds: readonly (readonly number[])[];
}

export interface RandomTreeOptions {
  readonly operator: 'classifier' | 'regressor';
  /** All modes may occur in one tree; default one mode a model. */
  readonly mixedModes?: boolean;
}

const modes = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ'];

interface Leaf {
  readonly tree: number;
  readonly id: number;
}

interface Grown {
  readonly attributes: Record<string, AttributeValue>;
  readonly leaves: readonly Leaf[];
  readonly trees: number;
}

/**
 * A small random tree operator over 5 features, of any shape: unbalanced trees, single leaves,
 * any root id, thresholds on a coarse grid so that values meet them, any branch modes, sides for missing values, any post_transform
 * and aggregate, one class id or all, base values. Outputs `label` and `scores`, or `scores`.
 */
export function randomTreeModel(random: Random, { operator, mixedModes = false }: RandomTreeOptions): RandomTreeModel {
  const thresholds: number[][] = Array.from({ length: 5 }, () => []);
  const grown = grow(random, mixedModes ? modes : [random.pick(modes)], thresholds);
  const model = operator === 'classifier' ? classifier(random, grown) : regressor(random, grown);
  const shown = { ...model.settings, trees: grown.trees, modes: mixedModes ? 'mixed' : grown.attributes.nodes_modes };
  return { model: model.model, description: JSON.stringify(shown).slice(0, 400), thresholds };
}

interface Row {
  readonly tree: number;
  readonly mode: string;
  readonly feature: number;
  readonly threshold: number;
  readonly missing: number;
  id: number;
  yes: number;
  no: number;
}

function grow(random: Random, allowed: readonly string[], thresholds: number[][]): Grown {
  const rows: Row[] = [];
  const trees = 1 + random.integer(12);
  const depthMax = 1 + random.integer(9);
  const tracks = random.next() < 0.5;
  for (let tree = 0; tree < trees; tree++) {
    const own: Row[] = [];
    const make = (depth: number): number => {
      const isLeaf = depth >= depthMax || random.next() < 0.25;
      const feature = random.integer(5);
      const threshold = Math.fround(random.next() < 0.8 ? (random.integer(9) - 4) / 4 : random.normal());
      const missing = tracks ? random.integer(2) : 0;
      const mode = isLeaf ? 'LEAF' : random.pick(allowed);
      const row = { tree: tree * 3 + 1, mode, feature, threshold, missing, id: own.length, yes: 0, no: 0 };
      own.push(row);
      if (isLeaf) return row.id;
      thresholds[feature]?.push(threshold);
      row.yes = make(depth + 1);
      row.no = make(depth + 1);
      return row.id;
    };
    make(0);
    // The root stands first, but any number may be its id.
    const turn = random.integer(own.length);
    for (const row of own) {
      row.id = (row.id + turn) % own.length;
      row.yes = (row.yes + turn) % own.length;
      row.no = (row.no + turn) % own.length;
    }
    rows.push(...own);
  }
  const ints = (pick: (row: Row) => number) => ({ ints: rows.map(pick) });
  const attributes: Record<string, AttributeValue> = {
    nodes_treeids: ints((row) => row.tree),
    nodes_nodeids: ints((row) => row.id),
    nodes_featureids: ints((row) => row.feature),
    nodes_values: { floats: rows.map((row) => row.threshold) },
    nodes_modes: { strings: rows.map((row) => row.mode) },
    nodes_truenodeids: ints((row) => row.yes),
    nodes_falsenodeids: ints((row) => row.no),
    ...(tracks ? { nodes_missing_value_tracks_true: ints((row) => row.missing) } : {}),
  };
  return { attributes, leaves: rows.filter((row) => row.mode === 'LEAF'), trees };
}

function votes(
  random: Random,
  prefix: string,
  leaves: readonly Leaf[],
  targets: readonly (readonly number[])[],
  positive: boolean,
): Record<string, AttributeValue> {
  const list = leaves.flatMap((leaf, index) =>
    (targets[index] ?? []).map((target) => ({
      ...leaf,
      target,
      weight: positive ? random.next() / 4 : random.normal(),
    })),
  );
  return {
    [`${prefix}_treeids`]: { ints: list.map((vote) => vote.tree) },
    [`${prefix}_nodeids`]: { ints: list.map((vote) => vote.id) },
    [`${prefix}_ids`]: { ints: list.map((vote) => vote.target) },
    [`${prefix}_weights`]: { floats: list.map((vote) => vote.weight) },
  };
}

const transforms = ['NONE', 'LOGISTIC', 'SOFTMAX', 'SOFTMAX_ZERO', 'PROBIT'];

function classifier(random: Random, grown: Grown): { model: OnnxModel; settings: object } {
  const classes = 2 + random.integer(3);
  const way = random.pick(['one', 'last', 'all', 'byTree', 'some']);
  const ids = Array.from({ length: classes }, (_, id) => id);
  const byTree = new Map(grown.leaves.map(({ tree }) => [tree, random.integer(classes)]));
  const targets = grown.leaves.map(({ tree }) => {
    if (way === 'one') return [0];
    if (way === 'last') return [classes - 1];
    if (way === 'all') return ids;
    return way === 'byTree' ? [byTree.get(tree) ?? 0] : ids.filter(() => random.next() < 0.6);
  });
  const positive = random.next() < 0.5;
  const transform = random.pick(transforms);
  const base = random.pick([0, 0, 1, classes]);
  const attributes: Record<string, AttributeValue> = {
    ...grown.attributes,
    ...votes(random, 'class', grown.leaves, targets, positive),
    ...(base === 0 ? {} : { base_values: { floats: Array.from({ length: base }, () => random.normal()) } }),
    ...labelsOf(random, ids),
    post_transform: transform,
  };
  const numbered = attributes.classlabels_int64s !== undefined;
  const model = modelOf('random-classifier', {
    nodes: [node('ml:TreeEnsembleClassifier', ['X'], ['label', 'scores'], attributes)],
    inputs: [value('X', 'float32', [null, 5])],
    outputs: [value('label', numbered ? 'int64' : 'string', [null]), value('scores', 'float32', [null, classes])],
  });
  return { model, settings: { classes, way, positive, transform, base } };
}

/** Numbers that count up, others, or text. */
function labelsOf(random: Random, ids: readonly number[]): Record<string, AttributeValue> {
  const choice = random.next();
  if (choice < 0.4) return { classlabels_int64s: { ints: ids } };
  if (choice < 0.6) return { classlabels_int64s: { ints: ids.map((id) => 7 - 2 * id) } };
  return { classlabels_strings: { strings: ids.map((id) => `class ${id}`) } };
}

function regressor(random: Random, grown: Grown): { model: OnnxModel; settings: object } {
  const count = 1 + random.integer(3);
  const full = random.next() < 0.7;
  const ids = Array.from({ length: count }, (_, id) => id);
  const targets = grown.leaves.map(() => (full || count === 1 ? ids : ids.filter(() => random.next() < 0.6)));
  const transform = random.pick(transforms);
  const aggregate = random.pick(['SUM', 'AVERAGE', 'MIN', 'MAX']);
  const base = random.pick([0, count]);
  const attributes: Record<string, AttributeValue> = {
    ...grown.attributes,
    ...votes(random, 'target', grown.leaves, targets, transform === 'PROBIT'),
    ...(base === 0 ? {} : { base_values: { floats: Array.from({ length: base }, () => random.next() / 4) } }),
    n_targets: { int: count },
    aggregate_function: aggregate,
    post_transform: transform,
  };
  const model = modelOf('random-regressor', {
    nodes: [node('ml:TreeEnsembleRegressor', ['X'], ['scores'], attributes)],
    inputs: [value('X', 'float32', [null, 5])],
    outputs: [value('scores', 'float32', [null, count])],
  });
  return { model, settings: { count, full, transform, aggregate, base } };
}

import type { BoostedTree, LinearScorer, TreeScorer } from '../import/boosted-model.ts';
import { corrupt, type DocumentValue, type NumberList, unsupported } from '../import/document.ts';
import { NodeCount } from '../import/reading-limits.ts';
import { readTree } from './read-tree.ts';

export interface BoosterShape {
  readonly features: number;
  readonly targets: number;
  /** What the sums start with, one a target. */
  readonly base: readonly number[];
}

export interface Booster {
  readonly scorer: TreeScorer | LinearScorer;
  readonly notes: readonly string[];
}

/** The booster of the learner: trees, trees of which some are dropped (dart), or one linear model. */
export function readBooster(learner: DocumentValue, shape: BoosterShape): Booster {
  const booster = learner.get('gradient_booster');
  const name = booster.get('name');
  switch (name.text()) {
    case 'gbtree': {
      // From version 3.3 on, dart is saved under this name, with its weights beside the trees.
      const model = booster.get('model');
      const weights = model.find('weight_drop')?.numbers() ?? null;
      return readTrees(learner, model, shape, weights?.length === 0 ? null : weights);
    }
    case 'dart': {
      const weights = booster.get('weight_drop').numbers();
      return readTrees(learner, booster.get('gbtree').get('model'), shape, weights);
    }
    case 'gblinear':
      return { scorer: readLinear(booster.get('model'), shape), notes: [] };
    default:
      throw unsupported(
        name.path,
        `The booster ${JSON.stringify(name.text().slice(0, 80))} is not known.`,
        'Known are gbtree, dart and gblinear.',
      );
  }
}

function readTrees(
  learner: DocumentValue,
  model: DocumentValue,
  shape: BoosterShape,
  weights: NumberList | null,
): Booster {
  const trees = model.get('trees').items();
  const targets = model.get('tree_info').numbers(trees.length);
  const declared = model.get('gbtree_model_param').get('num_trees').integer();
  if (declared !== trees.length) {
    throw corrupt(model.path, `The model says that it has ${declared} trees, and has ${trees.length}.`);
  }
  if (weights !== null && weights.length !== trees.length) {
    throw corrupt('learner.gradient_booster.weight_drop', `${weights.length} weights stand for ${trees.length} trees.`);
  }
  const { count, notes } = treesInUse(learner, model, trees.length, shape.targets);
  const all = new NodeCount();
  const read = trees.slice(0, count).map((tree, index): BoostedTree => {
    const target = targets[index] as number;
    const base = shape.base[target];
    if (base === undefined) {
      throw corrupt(
        `${model.path}.tree_info[${index}]`,
        `There is no target ${target}; the model has ${shape.targets}.`,
      );
    }
    const nodes = readTree(tree, shape.features, all);
    return { target, nodes: weights === null ? nodes : nodes.map((node) => dropped(node, weights[index] as number)) };
  });
  return { scorer: { kind: 'trees', trees: read, divisor: 1 }, notes };
}

/** A leaf of a tree that dart has shrunk, as the library adds it: the product, rounded to float32. */
function dropped(node: BoostedTree['nodes'][number], weight: number): BoostedTree['nodes'][number] {
  return node.kind === 'leaf' ? { kind: 'leaf', value: Math.fround(node.value * Math.fround(weight)) } : node;
}

/**
 * After early stopping the file holds all trees that were made. The scikit-learn wrapper predicts with those up to the
 * best iteration, `Booster.predict` with all; the file tells which of the two wrote it.
 */
function treesInUse(
  learner: DocumentValue,
  model: DocumentValue,
  total: number,
  targets: number,
): { readonly count: number; readonly notes: readonly string[] } {
  const attributes = learner.find('attributes');
  const best = attributes?.find('best_iteration')?.integer();
  if (attributes === null || best === undefined) return { count: total, notes: [] };
  const count = endOfIteration(model, best, total, targets);
  if (count === total) return { count, notes: [] };
  if (attributes.find('scikit_learn') !== null) {
    const note = `${count} of ${total} trees are used, up to the best iteration (${best}), as the scikit-learn wrapper does.`;
    return { count, notes: [note] };
  }
  const note = `All ${total} trees are used, as Booster.predict does; the best iteration was ${best}. To stop there, save booster[: ${best + 1}].`;
  return { count: total, notes: [note] };
}

/** How many trees there are up to the end of an iteration. */
function endOfIteration(model: DocumentValue, iteration: number, total: number, targets: number): number {
  const ends = model.find('iteration_indptr')?.numbers() ?? [];
  const parallel = Math.max(1, model.get('gbtree_model_param').find('num_parallel_tree')?.integer() ?? 1);
  const end = ends.length > 0 ? ends[iteration + 1] : (iteration + 1) * parallel * targets;
  if (end === undefined || !Number.isSafeInteger(end) || end < 1 || end > total) {
    throw corrupt(
      'learner.attributes.best_iteration',
      `The best iteration is ${iteration}, which the model does not have.`,
    );
  }
  return end;
}

/** Weights by feature and then target, the biases behind them. */
function readLinear(model: DocumentValue, { features, targets, base }: BoosterShape): LinearScorer {
  const place = model.get('weights');
  const all = Float32Array.from(place.numbers((features + 1) * targets));
  if (!all.every(Number.isFinite)) throw corrupt(place.path, 'A weight is not a finite number.');
  const bias = all.slice(features * targets).map((value, target) => value + (base[target] ?? 0));
  return { kind: 'linear', weights: all.slice(0, features * targets), bias };
}

import { nextUp, type OnnxModel } from '@slipway/core';
import { classifierModel, floats, ints, mlNode, text, texts } from '../onnx-graph.ts';
import type { DecisionTree } from './fit-forest.ts';

/**
 * The trees as one TreeEnsembleClassifier: each leaf gives its probability of class 1, divided by the number of trees,
 * and the sum is the score. Written in the binary form of one class id with weights from 0 up, for which the
 * probabilities are [1 - s, s] and the label is s > 0.5.
 */
export function forestOnnx(trees: readonly DecisionTree[], featureCount: number): OnnxModel {
  const lists = newLists();
  trees.forEach((tree, id) => {
    addNode(lists, tree, id, { next: 0 }, 1 / trees.length);
  });
  const classifier = mlNode('TreeEnsembleClassifier', ['features'], ['label', 'probabilities'], {
    nodes_treeids: ints(lists.treeIds),
    nodes_nodeids: ints(lists.nodeIds),
    nodes_featureids: ints(lists.features),
    nodes_modes: texts(lists.modes),
    nodes_values: floats(lists.values),
    nodes_truenodeids: ints(lists.trueIds),
    nodes_falsenodeids: ints(lists.falseIds),
    class_treeids: ints(lists.leafTrees),
    class_nodeids: ints(lists.leafNodes),
    class_ids: ints(lists.leafNodes.map(() => 0)),
    class_weights: floats(lists.weights),
    classlabels_int64s: ints([0, 1]),
    post_transform: text('NONE'),
  });
  return classifierModel('random_forest', [classifier], featureCount);
}

/**
 * The smallest float32 that is not below a threshold. For every float32 x, `x < threshold` and `x < float32Bound` are
 * the same, so the graph decides as the library does.
 */
export function float32Bound(threshold: number): number {
  const rounded = Math.fround(threshold);
  return rounded < threshold ? nextUp(rounded) : rounded;
}

type Lists = ReturnType<typeof newLists>;

function newLists() {
  return {
    treeIds: [] as number[],
    nodeIds: [] as number[],
    features: [] as number[],
    modes: [] as string[],
    values: [] as number[],
    trueIds: [] as number[],
    falseIds: [] as number[],
    leafTrees: [] as number[],
    leafNodes: [] as number[],
    weights: [] as number[],
  };
}

/** Adds a node and what is below it; gives the id of the node in its tree. */
function addNode(lists: Lists, node: DecisionTree, tree: number, ids: { next: number }, share: number): number {
  const id = ids.next++;
  const at = lists.nodeIds.length;
  lists.treeIds.push(tree);
  lists.nodeIds.push(id);
  const branch = node.kind === 'branch';
  lists.features.push(branch ? node.feature : 0);
  lists.modes.push(branch ? 'BRANCH_LT' : 'LEAF');
  lists.values.push(branch ? float32Bound(node.below) : 0);
  lists.trueIds.push(0);
  lists.falseIds.push(0);
  if (branch) {
    lists.trueIds[at] = addNode(lists, node.less, tree, ids, share);
    lists.falseIds[at] = addNode(lists, node.rest, tree, ids, share);
  } else {
    lists.leafTrees.push(tree);
    lists.leafNodes.push(id);
    lists.weights.push(node.probability * share);
  }
  return id;
}

import type { OnnxNode } from '@slipway/core';
import { int, ints, mlNode, tensorAttribute, vector } from '../onnx-graph.ts';
import type { BoostedBranch, BoostedModel, BoostedTree, BranchTest } from './boosted-model.ts';

/** The numbers of `nodes_modes`, as the operator's page gives them. */
const modes = { at_most: 0, less: 1, member: 6 } as const satisfies Record<BranchTest['op'], number>;

/**
 * All trees as one TreeEnsemble of ai.onnx.ml 5, which sums in the order of the trees and in the type of its numbers:
 * thresholds and leaves keep every bit that the library has. It is the one form of trees that compares in float64.
 */
export function treeEnsembleNode(model: BoostedModel, trees: readonly BoostedTree[], input: string): OnnxNode {
  const lists = newLists();
  for (const tree of trees) lists.roots.push(addTree(lists, tree));
  const { precision } = model;
  const numbers = (name: string, values: readonly number[]) => tensorAttribute(vector(name, precision, values));
  return mlNode('TreeEnsemble', [input], ['/sums'], {
    aggregate_function: int(1),
    post_transform: int(0),
    n_targets: int(model.targets),
    tree_roots: ints(lists.roots),
    nodes_modes: tensorAttribute({
      name: 'nodes_modes',
      type: 'uint8',
      dims: [lists.modes.length],
      data: Uint8Array.from(lists.modes),
    }),
    nodes_featureids: ints(lists.features),
    nodes_splits: numbers('nodes_splits', lists.splits),
    nodes_truenodeids: ints(lists.yes),
    nodes_trueleafs: ints(lists.yesLeaf),
    nodes_falsenodeids: ints(lists.no),
    nodes_falseleafs: ints(lists.noLeaf),
    nodes_missing_value_tracks_true: ints(lists.missingYes),
    ...(lists.members.length === 0 ? {} : { membership_values: numbers('membership_values', lists.members) }),
    leaf_targetids: ints(lists.leafTargets),
    leaf_weights: numbers('leaf_weights', lists.leafWeights),
  });
}

type Lists = ReturnType<typeof newLists>;

function newLists() {
  return {
    roots: [] as number[],
    modes: [] as number[],
    features: [] as number[],
    splits: [] as number[],
    yes: [] as number[],
    yesLeaf: [] as number[],
    no: [] as number[],
    noLeaf: [] as number[],
    missingYes: [] as number[],
    /** The sets of all members tests in the order of their nodes, each ended by NaN. */
    members: [] as number[],
    leafTargets: [] as number[],
    leafWeights: [] as number[],
  };
}

/** Where a child stands: in the list of branches, or in that of leaves. */
interface Place {
  readonly at: number;
  readonly isLeaf: boolean;
}

/** Adds the nodes that hang together from the root down, and answers the root's place among the branches. */
function addTree(lists: Lists, tree: BoostedTree): number {
  const [root] = tree.nodes;
  if (root === undefined || root.kind === 'leaf') return addLonelyLeaf(lists, tree);
  const first = addBranch(lists, root);
  const open: { readonly node: BoostedBranch; readonly at: number }[] = [{ node: root, at: first }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const side of ['yes', 'no'] as const) {
      const child = tree.nodes[next.node[side]];
      const place: Place =
        child.kind === 'leaf'
          ? { at: addLeaf(lists, tree.target, child.value), isLeaf: true }
          : { at: addBranch(lists, child), isLeaf: false };
      lists[side][next.at] = place.at;
      lists[side === 'yes' ? 'yesLeaf' : 'noLeaf'][next.at] = Number(place.isLeaf);
      if (child.kind === 'branch') open.push({ node: child, at: place.at });
    }
  }
  return first;
}

/** A tree of one leaf is written as a branch whose sides are the same leaf. */
function addLonelyLeaf(lists: Lists, { target, nodes }: BoostedTree): number {
  const [root] = nodes;
  const leaf = addLeaf(lists, target, root?.kind === 'leaf' ? root.value : 0);
  const at = addBranch(lists, {
    kind: 'branch',
    feature: 0,
    test: { op: 'at_most', threshold: 0 },
    yes: 0,
    no: 0,
    missingYes: false,
  });
  lists.yes[at] = leaf;
  lists.no[at] = leaf;
  lists.yesLeaf[at] = 1;
  lists.noLeaf[at] = 1;
  return at;
}

function addBranch(lists: Lists, { feature, test, missingYes }: BoostedBranch): number {
  const at = lists.modes.length;
  lists.modes.push(modes[test.op]);
  lists.features.push(feature);
  lists.splits.push(test.op === 'member' ? 0 : test.threshold);
  if (test.op === 'member') addSet(lists, test.members);
  lists.missingYes.push(Number(missingYes));
  for (const list of [lists.yes, lists.yesLeaf, lists.no, lists.noLeaf]) list.push(0);
  return at;
}

/** One by one: a set may be longer than a call has room for arguments. */
function addSet({ members }: Lists, set: readonly number[]): void {
  for (const member of set) members.push(member);
  members.push(Number.NaN);
}

function addLeaf(lists: Lists, target: number, value: number): number {
  lists.leafTargets.push(target);
  lists.leafWeights.push(value);
  return lists.leafWeights.length - 1;
}

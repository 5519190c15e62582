import type { Lane } from '../ir/program.ts';
import { emptyTreeNodes, floatsOf, type TreeEnsemble, type TreeNodes } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers } from './attributes.ts';
import { corrupt, refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { treeFloats } from './tree-attributes.ts';
import type { NumberedTrees, ParsedTrees } from './tree-nodes.ts';

export interface Vote {
  readonly target: number;
  readonly weight: number;
}

/** What each leaf votes for, by leaf number. */
export interface Votes {
  readonly byLeaf: readonly (readonly Vote[])[];
  readonly allPositive: boolean;
  /** Target ids that occur, ascending. */
  readonly targets: readonly number[];
}

/** Reads the votes of a tree operator: attributes `class_*` or `target_*`. Votes of branches are ignored, as ONNX Runtime does. */
export function readVotes(node: OnnxNode, trees: NumberedTrees, prefix: 'class' | 'target', count: number): Votes {
  const treeIds = integers(node, `${prefix}_treeids`) ?? [];
  const nodeIds = integers(node, `${prefix}_nodeids`) ?? [];
  const targets = integers(node, `${prefix}_ids`) ?? [];
  const weights = treeFloats(node, `${prefix}_weights`, trees.precision) ?? new Float32Array(0);
  if (treeIds.length !== nodeIds.length || treeIds.length !== targets.length || treeIds.length !== weights.length) {
    throw corrupt(node, `the ${prefix}_* attributes differ in length`);
  }
  const leaves = trees.leafStart[trees.roots.length];
  const byLeaf: Vote[][] = Array.from({ length: leaves }, () => []);
  targets.forEach((target, at) => {
    if (target < 0 || target >= count) throw corrupt(node, `a leaf votes for number ${target} of ${count}`);
    if (Number.isNaN(weights[at])) throw refuse(node, 'a leaf has the weight NaN');
    const leaf = trees.leafOf(treeIds[at], nodeIds[at]);
    if (leaf === undefined)
      throw corrupt(node, `node ${nodeIds[at]} of tree ${treeIds[at]} has a weight but is not there`);
    if (leaf < 0) return;
    if (byLeaf[leaf].some((vote) => vote.target === target)) throw refuse(node, 'a leaf votes twice for one target');
    byLeaf[leaf].push({ target, weight: weights[at] });
  });
  return {
    byLeaf,
    allPositive: weights.every((weight) => weight >= 0),
    targets: [...new Set(targets)].sort((a, b) => a - b),
  };
}

/** Whether a target gets a vote whatever the row: from every leaf of some tree, from no leaf at all, or it depends. */
export function certainty(trees: ParsedTrees, votes: Votes, target: number): 'always' | 'never' | 'depends' {
  const voted = votes.byLeaf.map((list) => list.some((vote) => vote.target === target));
  if (!voted.includes(true)) return 'never';
  for (let tree = 0; tree < trees.roots.length; tree++) {
    if (!voted.slice(trees.leafStart[tree], trees.leafStart[tree + 1]).includes(false)) return 'always';
  }
  return 'depends';
}

/**
 * Adds the tree steps and answers the lane of each target that gets votes. Targets that no tree has in common are
 * summed in ensembles of their own: each target's sum keeps its tree order, and a target that nobody asks for costs
 * nothing.
 */
export function sumVotes(
  scope: Scope,
  inputs: readonly Lane[],
  trees: ParsedTrees,
  votes: Votes,
  aggregate: TreeEnsemble['aggregate'],
): Map<number, Lane> {
  const lanes = new Map<number, Lane>();
  for (const { targets, members } of groupsOfTargets(trees, votes)) {
    const ensemble = ensembleOf(trees, votes, members, targets, aggregate);
    scope.add({ op: 'trees', inputs, ensemble }, targets.length).forEach((lane, index) => {
      lanes.set(targets[index], lane);
    });
  }
  return lanes;
}

/** Targets that trees have in common, directly or through others, with those trees. */
export function groupsOfTargets(
  trees: ParsedTrees,
  votes: Votes,
): { readonly targets: readonly number[]; readonly members: readonly number[] }[] {
  const byTree = targetsByTree(trees, votes);
  return connected(votes.targets, byTree).flatMap((targets) => {
    const wanted = new Set(targets);
    const members = byTree.flatMap((list, tree) => (list.some((target) => wanted.has(target)) ? [tree] : []));
    return members.length === 0 ? [] : [{ targets, members }];
  });
}

function targetsByTree(trees: ParsedTrees, votes: Votes): number[][] {
  return Array.from(trees.roots, (_, tree) => {
    const targets = new Set<number>();
    for (let leaf = trees.leafStart[tree]; leaf < trees.leafStart[tree + 1]; leaf++) {
      for (const vote of votes.byLeaf[leaf]) targets.add(vote.target);
    }
    return [...targets];
  });
}

/** Groups of targets that share a tree, directly or through others. */
function connected(targets: readonly number[], byTree: readonly (readonly number[])[]): number[][] {
  const group = new Map(targets.map((target) => [target, new Set([target])]));
  for (const list of byTree) {
    const merged = new Set(list.flatMap((target) => [...(group.get(target) ?? [])]));
    for (const target of merged) group.set(target, merged);
  }
  return [...new Set(group.values())].map((set) => [...set].sort((a, b) => a - b));
}

function ensembleOf(
  trees: ParsedTrees,
  votes: Votes,
  members: readonly number[],
  targets: readonly number[],
  aggregate: TreeEnsemble['aggregate'],
): TreeEnsemble {
  const nodeShift = new Int32Array(members.length);
  const leafShift = new Int32Array(members.length);
  let nodeCount = 0;
  let leafCount = 0;
  members.forEach((tree, index) => {
    nodeShift[index] = nodeCount - trees.nodeStart[tree];
    leafShift[index] = leafCount - trees.leafStart[tree];
    nodeCount += trees.nodeStart[tree + 1] - trees.nodeStart[tree];
    leafCount += trees.leafStart[tree + 1] - trees.leafStart[tree];
  });
  const nodes = emptyTreeNodes(nodeCount, trees.precision);
  const leaves = floatsOf(trees.precision, leafCount * targets.length);
  const roots = new Int32Array(members.length);
  members.forEach((tree, index) => {
    const moved = (child: number) => (child < 0 ? ~(~child + leafShift[index]) : child + nodeShift[index]);
    copyNodes(trees, tree, nodes, nodeShift[index], moved);
    roots[index] = moved(trees.roots[tree]);
    for (let leaf = trees.leafStart[tree]; leaf < trees.leafStart[tree + 1]; leaf++) {
      for (const vote of votes.byLeaf[leaf])
        leaves[(leaf + leafShift[index]) * targets.length + targets.indexOf(vote.target)] = vote.weight;
    }
  });
  const { precision, sets } = trees;
  return { precision, nodes, sets, roots, leaves, targets: targets.length, aggregate };
}

function copyNodes(
  trees: ParsedTrees,
  tree: number,
  to: TreeNodes,
  shift: number,
  moved: (child: number) => number,
): void {
  const from = trees.nodes;
  for (let at = trees.nodeStart[tree]; at < trees.nodeStart[tree + 1]; at++) {
    to.feature[at + shift] = from.feature[at];
    to.threshold[at + shift] = from.threshold[at];
    to.equal[at + shift] = from.equal[at];
    to.set[at + shift] = from.set[at];
    to.missing[at + shift] = from.missing[at];
    to.yes[at + shift] = moved(from.yes[at]);
    to.no[at + shift] = moved(from.no[at]);
  }
}

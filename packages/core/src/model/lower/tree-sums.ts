import type { Lane } from '../ir/program.ts';
import { emptyTreeNodes, floatsOf, type TreeEnsemble, type TreeNodes } from '../ir/tree-ensemble.ts';
import type { Scope } from './scope.ts';
import type { ParsedTrees } from './tree-nodes.ts';
import { countVotes, type Votes } from './tree-votes.ts';

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
  for (const group of groupsOfTargets(trees, votes)) {
    const ensemble = ensembleOf(trees, votes, group, aggregate);
    scope.add({ op: 'trees', inputs, ensemble }, group.targets.length).forEach((lane, index) => {
      lanes.set(group.targets[index], lane);
    });
  }
  return lanes;
}

/** Targets that trees have in common, directly or through others, with those trees. */
export interface TargetGroup {
  readonly targets: readonly number[];
  readonly members: readonly number[];
}

export function groupsOfTargets(trees: ParsedTrees, votes: Votes): TargetGroup[] {
  const byTree = targetsByTree(trees, votes);
  return connected(votes.targets, byTree).flatMap((targets) => {
    const wanted = new Set(targets);
    const members = byTree.flatMap((list, tree) => (list.some((target) => wanted.has(target)) ? [tree] : []));
    return members.length === 0 ? [] : [{ targets, members }];
  });
}

function targetsByTree(trees: ParsedTrees, votes: Votes): number[][] {
  return Array.from(trees.roots, (_, tree) => {
    const counts = new Map<number, number>();
    countVotes(trees, votes, tree, counts);
    return [...counts.keys()];
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
  { targets, members }: TargetGroup,
  aggregate: TreeEnsemble['aggregate'],
): TreeEnsemble {
  const { precision, sets } = trees;
  const common = { precision, sets, targets: targets.length, aggregate };
  // Mostly one sum takes all trees.
  const part = members.length === trees.roots.length ? trees : partOf(trees, members);
  const places = new Map(targets.map((target, index) => [target, index]));
  const leaves = floatsOf(precision, part.leafStart[members.length] * targets.length);
  members.forEach((tree, index) => {
    const shift = part.leafStart[index] - trees.leafStart[tree];
    for (let leaf = trees.leafStart[tree]; leaf < trees.leafStart[tree + 1]; leaf++) {
      for (let vote = votes.starts[leaf]; vote < votes.starts[leaf + 1]; vote++)
        leaves[(leaf + shift) * targets.length + (places.get(votes.targetIds[vote]) ?? 0)] = votes.weights[vote];
    }
  });
  return { ...common, nodes: part.nodes, roots: part.roots, leaves };
}

/** Some of the trees, as if there were no others. */
function partOf(trees: ParsedTrees, members: readonly number[]): Pick<ParsedTrees, 'nodes' | 'roots' | 'leafStart'> {
  const nodeStart = new Int32Array(members.length + 1);
  const leafStart = new Int32Array(members.length + 1);
  members.forEach((tree, index) => {
    nodeStart[index + 1] = nodeStart[index] + trees.nodeStart[tree + 1] - trees.nodeStart[tree];
    leafStart[index + 1] = leafStart[index] + trees.leafStart[tree + 1] - trees.leafStart[tree];
  });
  const nodes = emptyTreeNodes(nodeStart[members.length], trees.precision);
  const roots = Int32Array.from(members, (tree, index) => {
    const nodeShift = nodeStart[index] - trees.nodeStart[tree];
    const leafShift = leafStart[index] - trees.leafStart[tree];
    const moved = (child: number) => (child < 0 ? ~(~child + leafShift) : child + nodeShift);
    copyNodes(trees, tree, nodes, nodeShift, moved);
    return moved(trees.roots[tree]);
  });
  return { nodes, roots, leafStart };
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

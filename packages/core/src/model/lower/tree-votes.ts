import type { FloatArray } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { integers } from './attributes.ts';
import { corrupt, refuse } from './refusal.ts';
import { treeFloats } from './tree-attributes.ts';
import type { NumberedTrees, ParsedTrees } from './tree-nodes.ts';

/** What each leaf votes for. Leaf k has the votes from `starts[k]` up to `starts[k + 1]`. */
export interface Votes {
  readonly starts: Int32Array;
  readonly targetIds: Int32Array;
  readonly weights: FloatArray;
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
  const leafOfVote = Int32Array.from(targets, (target, at) => {
    if (target < 0 || target >= count) throw corrupt(node, `a leaf votes for number ${target} of ${count}`);
    if (Number.isNaN(weights[at])) throw refuse(node, 'a leaf has the weight NaN');
    const leaf = trees.leafOf(treeIds[at], nodeIds[at]);
    if (leaf !== undefined) return leaf;
    throw corrupt(node, `node ${nodeIds[at]} of tree ${treeIds[at]} has a weight but is not there`);
  });
  const votes = sortedVotes(trees.leafStart[trees.roots.length], leafOfVote, targets, weights);
  if (votesTwice(votes)) throw refuse(node, 'a leaf votes twice for one target');
  return votes;
}

/** Votes in any order, by leaf; those of leaf -1 are dropped, but their targets and signs count. */
export function sortedVotes(
  leaves: number,
  leafOfVote: Int32Array,
  targets: readonly number[],
  weights: FloatArray,
): Votes {
  const starts = new Int32Array(leaves + 1);
  for (const leaf of leafOfVote) if (leaf >= 0) starts[leaf + 1] += 1;
  for (let leaf = 0; leaf < leaves; leaf++) starts[leaf + 1] += starts[leaf];
  const next = starts.slice(0, leaves);
  const targetIds = new Int32Array(starts[leaves]);
  const sorted = weights.slice(0, starts[leaves]);
  leafOfVote.forEach((leaf, at) => {
    if (leaf < 0) return;
    const place = next[leaf]++;
    targetIds[place] = targets[at];
    sorted[place] = weights[at];
  });
  return {
    starts,
    targetIds,
    weights: sorted,
    allPositive: weights.every((weight) => weight >= 0),
    targets: [...new Set(targets)].sort((a, b) => a - b),
  };
}

function votesTwice({ starts, targetIds, targets }: Votes): boolean {
  const last = new Map(targets.map((target) => [target, -1]));
  for (let leaf = 0; leaf + 1 < starts.length; leaf++) {
    for (let vote = starts[leaf]; vote < starts[leaf + 1]; vote++) {
      if (last.get(targetIds[vote]) === leaf) return true;
      last.set(targetIds[vote], leaf);
    }
  }
  return false;
}

/** Whether a target gets a vote whatever the row: from every leaf of some tree, from no leaf at all, or it depends. */
export type Certainty = 'always' | 'never' | 'depends';

export function certainties(trees: ParsedTrees, votes: Votes): (target: number) => Certainty {
  const known = new Map<number, Certainty>();
  const counts = new Map<number, number>();
  for (let tree = 0; tree < trees.roots.length; tree++) {
    counts.clear();
    countVotes(trees, votes, tree, counts);
    const leaves = trees.leafStart[tree + 1] - trees.leafStart[tree];
    for (const [target, count] of counts) {
      if (known.get(target) !== 'always') known.set(target, count === leaves ? 'always' : 'depends');
    }
  }
  return (target) => known.get(target) ?? 'never';
}

/** How many leaves of a tree vote for each target. */
export function countVotes(trees: ParsedTrees, votes: Votes, tree: number, counts: Map<number, number>): void {
  const { starts, targetIds } = votes;
  const end = starts[trees.leafStart[tree + 1]];
  for (let vote = starts[trees.leafStart[tree]]; vote < end; vote++) {
    counts.set(targetIds[vote], (counts.get(targetIds[vote]) ?? 0) + 1);
  }
}

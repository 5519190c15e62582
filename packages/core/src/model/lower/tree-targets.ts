import type { Lane } from '../ir/program.ts';
import { type FloatArray, floatsOf, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import type { PostTransform } from './scores.ts';
import { divided, shifted } from './tree-arithmetic.ts';
import type { ParsedTrees } from './tree-nodes.ts';
import { groupsOfTargets, sumVotes } from './tree-sums.ts';
import { certainties, countVotes, type Votes } from './tree-votes.ts';

export const treeAggregates = ['SUM', 'AVERAGE', 'MIN', 'MAX'] as const;
export type TreeAggregate = (typeof treeAggregates)[number];

/** Beyond this many targets a program has more values than the compiler takes. */
export const targetsMax = 4096;

/** What the scores of an operator's targets are made of. */
export interface TargetTrees {
  readonly node: OnnxNode;
  readonly inputs: readonly Lane[];
  readonly trees: ParsedTrees;
  readonly votes: Votes;
  readonly count: number;
  readonly aggregate: TreeAggregate;
  readonly base: FloatArray | null;
}

/**
 * The score of each target in the trees' precision, before any transform: AVERAGE divides by the number of trees, and
 * base values are added after that.
 */
export function targetScores(scope: Scope, given: TargetTrees): readonly Lane[] {
  const { node, inputs, trees, votes, count, aggregate } = given;
  const { precision } = trees;
  const base = given.base === null || given.base.length === 0 ? null : given.base;
  refuseSilentLeaves(given);
  const certainty = certainties(trees, votes);
  const voted = Array.from({ length: count }, (_, target) => certainty(target) === 'always');
  if (base !== null && voted.includes(false))
    throw refuse(node, 'base_values of a target that some rows get no vote for are ambiguous');
  const kind = aggregate === 'MIN' ? 'min' : aggregate === 'MAX' ? 'max' : 'sum';
  const lanes = sumVotes(scope, inputs, trees, votes, kind);
  let scores = Array.from({ length: count }, (_, target) => lanes.get(target) ?? scope.constantLanes([0])[0]);
  if (aggregate === 'AVERAGE') scores = divided(scope, scores, trees.roots.length, precision);
  // This addition makes a minimum of -0, and a mean that was rounded to it, +0 even without base values.
  const adds = base !== null || kind !== 'sum' || (aggregate === 'AVERAGE' && count === 1);
  if (adds) scores = shifted(scope, scores, base ?? floatsOf(precision, count), precision);
  return scores;
}

/**
 * ONNX Runtime computes no LOGISTIC or SOFTMAX of a single target, and SOFTMAX_ZERO of float64 trees partly in float64
 * and partly in float32.
 */
export function refuseTransform(
  node: OnnxNode,
  transform: PostTransform,
  count: number,
  precision: TreePrecision,
): void {
  if (count === 1 && transform !== 'NONE' && transform !== 'PROBIT')
    throw refuse(node, `post_transform ${transform} of one target is ambiguous`);
  if (transform === 'SOFTMAX_ZERO' && precision === 'float64')
    throw refuse(node, 'post_transform SOFTMAX_ZERO of float64 trees is ambiguous');
}

/**
 * A leaf that votes for nothing is an error for one target there, and to a minimum it would be a 0 here: so the leaves
 * of a tree must vote for all targets that its sums are computed with.
 */
function refuseSilentLeaves({ node, trees, votes, count, aggregate }: TargetTrees): void {
  const extremes = aggregate === 'MIN' || aggregate === 'MAX';
  if (count > 1 && !extremes) return;
  const silent = groupsOfTargets(trees, votes).some(({ targets, members }) =>
    members.some((tree) => countedVotes(trees, votes, tree) < targets.length * leavesOf(trees, tree)),
  );
  const unheard = count === 1 && votes.weights.length < trees.leafStart[trees.roots.length];
  if (silent || unheard) throw refuse(node, 'a leaf has no weight for some target');
}

function leavesOf({ leafStart }: ParsedTrees, tree: number): number {
  return leafStart[tree + 1] - leafStart[tree];
}

function countedVotes(trees: ParsedTrees, votes: Votes, tree: number): number {
  const counts = new Map<number, number>();
  countVotes(trees, votes, tree, counts);
  return [...counts.values()].reduce((sum, one) => sum + one, 0);
}

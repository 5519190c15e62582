import type { Lane } from '../ir/program.ts';
import { type FloatArray, floatsOf } from '../ir/tree-ensemble.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { bothClasses, classLabels, outputClasses, type PostTransform, postTransform, transformed } from './scores.ts';
import { narrowed, shifted } from './tree-arithmetic.ts';
import { treeFloats } from './tree-attributes.ts';
import { type ParsedTrees, parseTrees } from './tree-nodes.ts';
import { sumVotes } from './tree-sums.ts';
import { refuseTransform } from './tree-targets.ts';
import { type Certainty, certainties, readVotes, sortedVotes, type Votes } from './tree-votes.ts';

/**
 * TreeEnsembleClassifier, versions 1 and 3, as ONNX Runtime 1.30.0 runs it. With float64 input trees and decisions are
 * float64 and the scores are rounded at the end.
 */
export function lowerTreeClassifier(scope: Scope, node: OnnxNode): void {
  const labels = classLabels(node, 'classlabels_int64s', 'classlabels_strings');
  if (labels.length < 2) throw refuse(node, 'it has one class');
  const given = scope.numbers(node);
  const precision = given.type === 'float64' ? 'float64' : 'float32';
  const inputs = precision === 'float64' ? given.lanes : scope.float32Input(node);
  const trees = parseTrees(node, inputs.length, precision);
  const votes = readVotes(node, trees, 'class', labels.length);
  const base = treeFloats(node, 'base_values', precision) ?? floatsOf(precision, 0);
  const transform = postTransform(node);
  refuseTransform(node, transform, labels.length, precision);
  const context = { scope, node, inputs, trees, votes, base, transform };
  const { label, scores } = labels.length === 2 ? binary(context, labels) : manyClasses(context, labels.length);
  outputClasses(scope, node, label, labels, scores);
}

interface Context {
  readonly scope: Scope;
  readonly node: OnnxNode;
  readonly inputs: readonly Lane[];
  readonly trees: ParsedTrees;
  readonly votes: Votes;
  readonly base: FloatArray;
  readonly transform: PostTransform;
}

interface Classes {
  readonly label: Lane;
  readonly scores: readonly Lane[];
}

/**
 * Two classes. With votes for class 0 only, the one sum is the score of class 1: greater than 0.5 decides when no
 * weight is negative, else greater than 0. With votes for class 1, its own sum decides.
 */
function binary(context: Context, labels: readonly (string | number)[]): Classes {
  const { scope, node, inputs, trees, votes, base, transform } = context;
  if (base.length > 1) throw refuse(node, 'base_values of both classes of a binary classifier are ambiguous');
  const single = votes.targets.length === 1;
  const decisive = votes.targets.includes(1) ? 1 : 0;
  if (certainties(trees, votes)(decisive) !== 'always')
    throw refuse(node, `some rows get no vote for class ${decisive}`);
  if (decisive === 1 && base.length > 0)
    throw refuse(node, 'base_values with votes for the second class are ambiguous');
  // With votes for class 1, ONNX Runtime answers the numbers 0 and 1, whatever the labels are.
  const named = labels.every((label, index) => label === index || typeof label === 'string');
  if (decisive === 1 && !named)
    throw refuse(node, `votes for the second class with labels ${labels.join(', ')} are ambiguous`);
  const lanes = sumVotes(scope, inputs, trees, votes, 'sum');
  const voted = (target: number) => lanes.get(target) ?? constant(scope, 0);
  const at = single && votes.allPositive ? 0.5 : 0;
  const { precision } = trees;
  if (decisive === 1) {
    const scores = narrowed(scope, [voted(0), voted(1)], precision);
    return { label: above(scope, voted(1), at), scores: transformed(scope, scores, transform) };
  }
  if (transform === 'PROBIT') throw refuse(node, 'post_transform PROBIT of one score is ambiguous');
  const score = base.length === 1 ? shifted(scope, [voted(0)], base, precision)[0] : voted(0);
  const label = above(scope, score, at);
  const [second] = narrowed(scope, [score], precision);
  if (transform === 'LOGISTIC') return { label, scores: bothClasses(scope, second, 'logistic') };
  if (!votes.allPositive) return { label, scores: bothClasses(scope, second, 'negate') };
  // 1 - s is taken of the float64 score, and rounded then.
  return {
    label,
    scores: [...scope.add({ op: 'map', fn: 'complement', precision: 'float32', inputs: [score] }, 1), second],
  };
}

/** Three classes or more: the largest sum among the classes that got a vote; base values count as one. */
function manyClasses(context: Context, count: number): Classes {
  const { scope, node, inputs, trees, base, transform } = context;
  if (base.length !== 0 && base.length !== count)
    throw refuse(node, `it has ${base.length} base_values for ${count} classes`);
  const certainty = certainties(trees, context.votes);
  const known = Array.from({ length: count }, (_, target) => (base.length > 0 ? 'always' : certainty(target)));
  if (!known.includes('always')) throw refuse(node, 'some rows may get no vote at all');
  if (base.some((value, target) => Object.is(value, -0) && certainty(target) === 'depends'))
    throw refuse(node, 'a base value of -0 of a class that some rows get no vote for is ambiguous');
  const lanes = sumVotes(scope, inputs, trees, withVoteMarks(context.votes, known, count), 'sum');
  const { precision } = trees;
  const scores = known.map((_, target) => {
    const sum = lanes.get(target);
    // A class that got no vote keeps its base value, were it -0.
    if (sum === undefined) return constant(scope, base.length === 0 ? 0 : base[target]);
    return base.length === 0 ? sum : shifted(scope, [sum], base.subarray(target, target + 1), precision)[0];
  });
  const marks = known.map((state, target) => {
    if (state === 'depends') return lanes.get(count + target) as Lane;
    return constant(scope, state === 'always' ? 1 : 0);
  });
  const votes = known.every((state) => state === 'always') ? null : marks;
  const [label] = scope.add({ op: 'argmax', inputs: scores, votes }, 1);
  return { label, scores: transformed(scope, narrowed(scope, scores, precision), transform) };
}

/** Adds a target `count + k` that counts the votes for class `k`, for the classes where that depends on the row. */
function withVoteMarks(votes: Votes, known: readonly Certainty[], count: number): Votes {
  const { starts, targetIds, weights } = votes;
  if (!known.includes('depends')) return votes;
  const leafOfVote: number[] = [];
  const targets: number[] = [];
  const all: number[] = [];
  const add = (leaf: number, target: number, weight: number) => {
    leafOfVote.push(leaf);
    targets.push(target);
    all.push(weight);
  };
  for (let leaf = 0; leaf + 1 < starts.length; leaf++) {
    for (let vote = starts[leaf]; vote < starts[leaf + 1]; vote++) {
      add(leaf, targetIds[vote], weights[vote]);
      if (known[targetIds[vote]] === 'depends') add(leaf, count + targetIds[vote], 1);
    }
  }
  const precision = weights instanceof Float64Array ? 'float64' : 'float32';
  const marked = sortedVotes(starts.length - 1, Int32Array.from(leafOfVote), targets, floatsOf(precision, all));
  return { ...marked, allPositive: votes.allPositive };
}

function above(scope: Scope, score: Lane, at: number): Lane {
  return scope.add({ op: 'above', inputs: [score], at }, 1)[0];
}

function constant(scope: Scope, value: number): Lane {
  return scope.add({ op: 'constant', values: [value] }, 1)[0];
}

import type { OnnxNode } from '../onnx/types.ts';
import { floats, integer, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { postTransform, transformed } from './scores.ts';
import { matrix } from './tensor.ts';
import { parseTrees } from './tree-nodes.ts';
import { certainty, readVotes, sumVotes } from './tree-votes.ts';

/**
 * TreeEnsembleRegressor, versions 1 and 3, as ONNX Runtime 1.30.0 runs it: base values are added after the aggregate,
 * AVERAGE divides by the number of trees. A single target takes no LOGISTIC or SOFTMAX there; that is left to it.
 */
export function lowerTreeRegressor(scope: Scope, node: OnnxNode): void {
  if (scope.input(node).type !== 'float32') throw refuse(node, `input is of type ${scope.input(node).type}`);
  const inputs = scope.float32Input(node);
  const count = integer(node, 'n_targets', 1);
  if (count < 1) throw refuse(node, `it has ${count} targets`);
  const aggregate = oneOf(node, 'aggregate_function', ['SUM', 'AVERAGE', 'MIN', 'MAX'], 'SUM');
  const transform = postTransform(node);
  if (count === 1 && transform !== 'NONE' && transform !== 'PROBIT')
    throw refuse(node, `post_transform ${transform} of one target is ambiguous`);
  const base = floats(node, 'base_values') ?? new Float32Array(0);
  if (base.length !== 0 && base.length !== count)
    throw refuse(node, `it has ${base.length} base_values for ${count} targets`);
  const trees = parseTrees(node, inputs.length);
  const votes = readVotes(node, trees, 'target', count);
  refuseSilentLeaves(node, votes.byLeaf, count, aggregate);
  const voted = Array.from({ length: count }, (_, target) => certainty(trees, votes, target) === 'always');
  if (base.length > 0 && voted.includes(false))
    throw refuse(node, 'base_values of a target that some rows get no vote for are ambiguous');
  const kind = aggregate === 'MIN' ? 'min' : aggregate === 'MAX' ? 'max' : 'sum';
  const lanes = sumVotes(scope, inputs, trees, votes, kind);
  let scores = Array.from(
    { length: count },
    (_, target) => lanes.get(target) ?? scope.add({ op: 'constant', values: [0] }, 1)[0],
  );
  if (aggregate === 'AVERAGE') scores = scope.add({ op: 'divide', inputs: scores, by: trees.roots.length }, count);
  // A minimum of -0 becomes +0 by this addition even without base values, as it does there.
  if (base.length > 0 || kind !== 'sum')
    scores = scope.add({ op: 'shift', inputs: scores, by: base.length > 0 ? base : new Float32Array(count) }, count);
  scope.output(node, 0, matrix(count > 1 || transform === 'PROBIT' ? transformed(scope, scores, transform) : scores));
}

/** A leaf that votes for nothing is an error for one target there, and leaves a minimum undefined for many. */
function refuseSilentLeaves(
  node: OnnxNode,
  byLeaf: readonly (readonly unknown[])[],
  count: number,
  aggregate: string,
): void {
  const wanted = aggregate === 'MIN' || aggregate === 'MAX' ? count : count === 1 ? 1 : 0;
  if (byLeaf.some((votes) => votes.length < wanted)) throw refuse(node, 'a leaf has no weight for some target');
}

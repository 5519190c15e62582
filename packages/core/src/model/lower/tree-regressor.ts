import type { OnnxNode } from '../onnx/types.ts';
import { integer, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { postTransform, transformed } from './scores.ts';
import { matrix } from './tensor.ts';
import { narrowed } from './tree-arithmetic.ts';
import { treeFloats } from './tree-attributes.ts';
import { parseTrees } from './tree-nodes.ts';
import { refuseTransform, targetScores, targetsMax, treeAggregates } from './tree-targets.ts';
import { readVotes } from './tree-votes.ts';

/**
 * TreeEnsembleRegressor, versions 1 and 3, as ONNX Runtime 1.30.0 runs it: with float64 input trees are float64, and
 * the scores are rounded at the end.
 */
export function lowerTreeRegressor(scope: Scope, node: OnnxNode): void {
  const { type, lanes: inputs } = scope.numbers(node);
  if (type !== 'float32' && type !== 'float64') throw refuse(node, `input is of type ${type}`);
  const count = integer(node, 'n_targets', 1);
  if (count < 1 || count > targetsMax) throw refuse(node, `it has ${count} targets`);
  const aggregate = oneOf(node, 'aggregate_function', treeAggregates, 'SUM');
  const transform = postTransform(node);
  refuseTransform(node, transform, count, type);
  const base = treeFloats(node, 'base_values', type);
  if (base !== null && base.length !== 0 && base.length !== count)
    throw refuse(node, `it has ${base.length} base_values for ${count} targets`);
  const trees = parseTrees(node, inputs.length, type);
  const votes = readVotes(node, trees, 'target', count);
  const scores = targetScores(scope, { node, inputs, trees, votes, count, aggregate, base });
  scope.output(node, 0, matrix(transformed(scope, narrowed(scope, scores, type), transform)));
}

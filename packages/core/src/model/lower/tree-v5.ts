import type { OnnxNode } from '../onnx/types.ts';
import { integer } from './attributes.ts';
import { corrupt, refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { type PostTransform, transformed } from './scores.ts';
import { matrix } from './tensor.ts';
import { narrowed } from './tree-arithmetic.ts';
import { refuseTransform, type TreeAggregate, targetScores, targetsMax } from './tree-targets.ts';
import { readTreeEnsemble } from './tree-v5-attributes.ts';
import { parseTreeEnsemble } from './tree-v5-nodes.ts';

/** By their numbers. */
const aggregates: readonly TreeAggregate[] = ['AVERAGE', 'SUM', 'MIN', 'MAX'];
const transforms: readonly PostTransform[] = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'];

/**
 * TreeEnsemble of ai.onnx.ml 5 as ONNX Runtime 1.30.0 runs it, in the type of its input. The numbers of SOFTMAX and
 * LOGISTIC are swapped there against the operator's definition, so both are left to it.
 */
export function lowerTreeEnsemble(scope: Scope, node: OnnxNode): void {
  const { type, lanes: inputs } = scope.numbers(node);
  if (type !== 'float32' && type !== 'float64') throw refuse(node, `input is of type ${type}`);
  const count = integer(node, 'n_targets', 0);
  if (count < 1) throw corrupt(node, `it has ${count} targets`);
  if (count > targetsMax) throw refuse(node, `it has ${count} targets, over the compiler's limit of ${targetsMax}`);
  const aggregate = numbered(node, 'aggregate_function', aggregates, 1);
  const transform = numbered(node, 'post_transform', transforms, 0);
  if (transform === 'SOFTMAX' || transform === 'LOGISTIC')
    throw refuse(node, `post_transform ${transform} means another transform to ONNX Runtime than to ONNX`);
  refuseTransform(node, transform, count, type);
  const entries = readTreeEnsemble(node, type);
  const { trees, votes } = parseTreeEnsemble(node, entries, inputs.length, count, type);
  const scores = targetScores(scope, { node, inputs, trees, votes, count, aggregate, base: null });
  if (transform === 'NONE') scope.output(node, 0, matrix(scores, type));
  else scope.output(node, 0, matrix(transformed(scope, narrowed(scope, scores, type), transform), type));
}

function numbered<T>(node: OnnxNode, name: string, values: readonly T[], otherwise: number): T {
  const number = integer(node, name, otherwise);
  const value = values[number];
  if (value === undefined) throw corrupt(node, `${name} is ${number}, not one of 0 to ${values.length - 1}`);
  return value;
}

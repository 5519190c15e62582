import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { floats, integer } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { bothClasses, classLabels, outputClasses, postTransform, transformed } from './scores.ts';
import { matrix } from './tensor.ts';

/** LinearClassifier. One row of weights for two labels is a binary classifier: the label is `score > 0`. */
export function lowerLinearClassifier(scope: Scope, node: OnnxNode): void {
  const bias = floats(node, 'intercepts');
  if (bias === null || bias.length === 0)
    throw refuse(node, 'it has no intercepts, which give the number of its scores');
  const labels = classLabels(node, 'classlabels_ints', 'classlabels_strings');
  const scores = linear(scope, node, scope.float32Input(node, { float64: true }), bias.length, bias);
  const transform = postTransform(node);
  if (bias.length === 1) {
    lowerBinary(scope, node, scores[0], labels);
    return;
  }
  if (labels.length !== bias.length) throw refuse(node, `it has ${labels.length} labels for ${bias.length} scores`);
  const [label] = scope.add({ op: 'argmax', inputs: scores, votes: null }, 1);
  outputClasses(scope, node, label, labels, transformed(scope, scores, transform));
}

function lowerBinary(scope: Scope, node: OnnxNode, score: Lane, labels: readonly (string | number)[]): void {
  const transform = postTransform(node);
  if (labels.length !== 2) throw refuse(node, `it has ${labels.length} labels for 1 score`);
  if (transform !== 'NONE' && transform !== 'LOGISTIC')
    throw refuse(node, `post_transform ${transform} of one score is ambiguous`);
  const [label] = scope.add({ op: 'above', inputs: [score], at: 0 }, 1);
  outputClasses(
    scope,
    node,
    label,
    labels,
    bothClasses(scope, score, transform === 'LOGISTIC' ? 'logistic' : 'complement'),
  );
}

/** LinearRegressor. ONNX Runtime ignores LOGISTIC and SOFTMAX of a single target; here that is left to it. */
export function lowerLinearRegressor(scope: Scope, node: OnnxNode): void {
  const targets = integer(node, 'targets', 1);
  const bias = floats(node, 'intercepts');
  const transform = postTransform(node);
  if (targets < 1) throw refuse(node, `it has ${targets} targets`);
  if (bias !== null && bias.length !== 0 && bias.length !== targets)
    throw refuse(node, `it has ${bias.length} intercepts for ${targets} targets`);
  if (targets === 1 && transform !== 'NONE')
    throw refuse(node, `post_transform ${transform} of one target is ambiguous`);
  if (scope.input(node).type !== 'float32') throw refuse(node, `input is of type ${scope.input(node).type}`);
  const scores = linear(scope, node, scope.float32Input(node), targets, bias?.length === 0 ? null : bias);
  scope.output(node, 0, matrix(transformed(scope, scores, transform)));
}

function linear(
  scope: Scope,
  node: OnnxNode,
  inputs: readonly Lane[],
  rows: number,
  bias: Float32Array | null,
): Lane[] {
  const weights = floats(node, 'coefficients') ?? new Float32Array(0);
  if (weights.length !== rows * inputs.length) {
    throw refuse(node, `it has ${weights.length} coefficients for ${rows} row(s) of ${inputs.length} columns`);
  }
  return scope.add({ op: 'linear', inputs, weights, bias }, rows);
}

import type { OnnxNode } from '../onnx/types.ts';
import { float } from './attributes.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';

/** Binarizer: 1 above the threshold, else 0. A missing value is an error of the row, in ONNX Runtime too. */
export function lowerBinarizer(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  if (tensor.type !== 'float32')
    throw refuse(node, `input is of type ${tensor.type}, which ONNX Runtime does not implement`);
  const { lanes } = tensor;
  if (lanes.some((lane) => Number.isNaN(scope.valueOf(lane) ?? 0))) throw refuse(node, 'a constant is NaN');
  const reason = `${node.opType} ${node.name || node.outputs[0]}: a value is NaN`;
  const inputs = scope.add(
    { op: 'guard', inputs: lanes, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, reason },
    lanes.length,
  );
  const above = scope.add({ op: 'above', inputs, at: float(node, 'threshold', 0) }, lanes.length);
  scope.output(node, 0, { ...tensor, lanes: above });
}

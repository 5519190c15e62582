import type { Lane } from '../ir/program.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { type Dims, isTable, placesOf, rearranged, stridesOf, type Tensor } from './tensor.ts';

/**
 * ArrayFeatureExtractor: elements along the last size, chosen by a list of indexes. A value of one size counts as one
 * row. The other use is a constant list of labels, of which each row picks by its index; the rows then come last.
 */
export function lowerArrayFeatureExtractor(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  if (tensor.type === 'bool') throw refuse(node, 'input is of type bool');
  const indexes = scope.constant(node, 1);
  if (indexes === null) {
    lowerPick(scope, node, tensor);
    return;
  }
  if (indexes.type !== 'int64') throw refuse(node, `its indexes are of type ${indexes.type}`);
  const size = tensor.dims.at(-1);
  if (size === null || size === undefined) throw refuse(node, 'it chooses among rows');
  const chosen = indexes.values.map(Number);
  if (chosen.length === 0 || !chosen.every((index) => index >= 0 && index < size))
    throw refuse(node, `it takes elements ${chosen.join(', ')} of ${size}`);
  const front: Dims = tensor.dims.length === 1 ? [1] : tensor.dims.slice(0, -1);
  const dims = [...front, chosen.length];
  const strides = stridesOf([...front, size]);
  const order = Array.from(placesOf(dims), (place) =>
    place.reduce(
      (sum, at, axis) => sum + (axis === place.length - 1 ? (chosen[at] ?? 0) : at * (strides[axis] ?? 0)),
      0,
    ),
  );
  scope.output(node, 0, rearranged(tensor, dims, order));
}

/** Each row picks one element of a constant list: the class that an ArgMax found. */
function lowerPick(scope: Scope, node: OnnxNode, tensor: Tensor): void {
  const list = scope.constant(node, 0);
  const index = scope.numbers(node, 1);
  if (list === null) throw refuse(node, 'both its inputs depend on the row');
  if (index.type !== 'int64') throw refuse(node, `its indexes are of type ${index.type}`);
  if (!isTable(index) || index.lanes.length !== 1 || list.values.length !== list.dims.at(-1))
    throw refuse(node, 'each row picks several elements');
  const labels = list.values.map((value) => (value === 'rows' ? Number.NaN : value));
  const lanes = inRange(scope, node, index.lanes, labels.length);
  const dims: Dims = [...list.dims.slice(0, -1).map(() => 1), null];
  const whole: Dims = dims.length === 1 ? [1, null] : dims;
  // Whole numbers that are picked from a list are classes: their places are kept, which an output may ask for.
  if (tensor.type === 'label' || tensor.type === 'int64' || tensor.type === 'int32') {
    const numbers = tensor.type === 'label' ? (tensor.numbers ?? 'int64') : tensor.type;
    scope.output(node, 0, { type: 'label', dims: whole, lanes, labels, numbers });
    return;
  }
  const picked = scope.add({ op: 'lookup', inputs: lanes, table: labels.map(Number) }, 1);
  scope.output(node, 0, { ...tensor, dims: whole, lanes: picked } as Tensor);
}

/** An index that may lie outside is an error of the row, in ONNX Runtime too; an ArgMax never gives one. */
function inRange(scope: Scope, node: OnnxNode, lanes: readonly Lane[], count: number): readonly Lane[] {
  const step = scope.steps[lanes[0].value];
  if (step.op === 'argmax' && step.inputs.length <= count) return lanes;
  const reason = `${node.opType} ${node.name || node.outputs[0]}: the index is out of range`;
  return scope.add({ op: 'guard', inputs: lanes, low: 0, high: count - 1, reason }, 1);
}

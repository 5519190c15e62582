import type { OnnxNode } from '../onnx/types.ts';
import { floats, integer, oneOf } from './attributes.ts';
import { refuse } from './refusal.ts';
import { matrix, type Scope, type Tensor } from './scope.ts';

/** Scaler: `(x - offset) * scale`. Float64 input is computed in float64 and rounded once, integers are rounded first. */
export function lowerScaler(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const columns = tensor.lanes.length;
  const offset = floats(node, 'offset');
  const factor = floats(node, 'scale');
  if (offset === null || factor === null || offset.length !== factor.length) {
    throw refuse(node, 'offset and scale are not of one length');
  }
  if (offset.length !== columns && offset.length !== 1)
    throw refuse(node, `offset has ${offset.length} values for ${columns} columns`);
  const wide = tensor.type === 'float64';
  const inputs = wide ? tensor.lanes : scope.float32Input(node);
  const spread = (values: Float32Array) =>
    values.length === columns ? values : new Float32Array(columns).fill(values[0]);
  scope.output(
    node,
    0,
    matrix(scope.add({ op: 'scale', inputs, offset: spread(offset), factor: spread(factor), wide }, columns)),
  );
}

export function lowerNormalizer(scope: Scope, node: OnnxNode): void {
  const norm = oneOf(node, 'norm', ['MAX', 'L1', 'L2'], 'MAX');
  if (scope.input(node).rank !== 2) throw refuse(node, 'input is not a table');
  const inputs = scope.float32Input(node);
  scope.output(node, 0, matrix(scope.add({ op: 'normalize', inputs, norm }, inputs.length)));
}

const castTypes = new Map<number, Tensor['type'] | 'int32' | 'string'>([
  [1, 'float32'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [11, 'float64'],
]);

export function lowerCast(scope: Scope, node: OnnxNode): void {
  const tensor = scope.input(node);
  const code = integer(node, 'to', 0);
  const to = castTypes.get(code);
  if (to === undefined) throw refuse(node, `it casts to ONNX type ${code}`);
  scope.output(
    node,
    0,
    tensor.type === 'label' ? castLabel(scope, node, tensor, to) : castNumber(scope, node, tensor, to),
  );
}

function castNumber(scope: Scope, node: OnnxNode, tensor: Tensor, to: string): Tensor {
  const { type, lanes } = tensor;
  if (to === type) return tensor;
  if (to === 'float32' && type === 'bool') return { ...tensor, type: 'float32' };
  if (to === 'float32')
    return { ...tensor, type: 'float32', lanes: scope.add({ op: 'map', fn: 'round', inputs: lanes }, lanes.length) };
  // Every float32, every boolean and (within 2^53) every int64 is a float64.
  if (to === 'float64') return { ...tensor, type: 'float64' };
  if (to === 'int64' && type === 'bool') return { ...tensor, type: 'int64' };
  throw refuse(node, `it casts ${type} to ${to}, whose result for NaN and large values is not defined`);
}

/** Labels stay indexes; a cast changes the table that they point into. */
function castLabel(scope: Scope, node: OnnxNode, tensor: Tensor, to: string): Tensor {
  const labels = tensor.labels ?? [];
  const numeric = labels.every((label) => typeof label === 'number');
  if (to === 'string') return { ...tensor, labels: labels.map(String) };
  if (!numeric) throw refuse(node, `it casts text labels to ${to}`);
  if (to === 'int64') return tensor;
  if (to === 'int32' && labels.every((label) => (Number(label) | 0) === label)) return tensor;
  if (to !== 'float32' && to !== 'float64') throw refuse(node, `it casts labels to ${to}`);
  const table = labels.map((label) => (to === 'float32' ? Math.fround(Number(label)) : Number(label)));
  return {
    type: to,
    rank: tensor.rank,
    labels: null,
    lanes: scope.add({ op: 'lookup', inputs: tensor.lanes, table }, tensor.lanes.length),
  };
}

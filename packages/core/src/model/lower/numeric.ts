import type { OnnxNode } from '../onnx/types.ts';
import { floats, integer, oneOf } from './attributes.ts';
import { castTableToNumbers, castToText } from './cast-text.ts';
import { isText } from './label-encoder.ts';
import { refuse } from './refusal.ts';
import type { Scope } from './scope.ts';
import { isTable, type LabelTensor, matrix, type NumberTensor, type NumberType, type Tensor } from './tensor.ts';

/** Scaler: `(x - offset) * scale`. Float64 input is computed in float64 and rounded once, integers are rounded first. */
export function lowerScaler(scope: Scope, node: OnnxNode): void {
  const tensor = scope.numbers(node);
  if (!isTable(tensor)) throw refuse(node, 'input is not a table');
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
  if (scope.input(node).dims.length !== 2) throw refuse(node, 'input is not a table');
  const inputs = scope.float32Input(node);
  scope.output(node, 0, matrix(scope.add({ op: 'normalize', inputs, norm }, inputs.length)));
}

const castTypes = new Map<number, NumberType | 'string'>([
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
  scope.output(node, 0, castValue(scope, node, tensor, to));
}

function castValue(scope: Scope, node: OnnxNode, tensor: Tensor, to: NumberType | 'string'): Tensor {
  switch (tensor.type) {
    case 'text':
      if (to === 'string') return tensor;
      throw refuse(node, 'it reads numbers from text that no table of the model holds');
    case 'label':
      return to === 'string' || !isText(tensor)
        ? castLabel(node, tensor, to)
        : castTableToNumbers(scope, node, tensor, to);
    default:
      return to === 'string' ? castToText(node, tensor) : castNumber(scope, node, tensor, to);
  }
}

function castNumber(scope: Scope, node: OnnxNode, tensor: NumberTensor, to: string): Tensor {
  const { type, lanes } = tensor;
  if (to === type) return tensor;
  if (to === 'float32' && type === 'bool') return { ...tensor, type: 'float32' };
  if (to === 'float32')
    return {
      ...tensor,
      type: 'float32',
      lanes: scope.add({ op: 'map', fn: 'round', precision: 'float32', inputs: lanes }, lanes.length),
    };
  // Every float32, every boolean and (within 2^53) every int64 is a float64.
  if (to === 'float64') return { ...tensor, type: 'float64' };
  if (to === 'int64' && type === 'bool') return { ...tensor, type: 'int64' };
  throw refuse(node, `it casts ${type} to ${to}, whose result for NaN and large values is not defined`);
}

/** Labels stay indexes; a cast to text changes the table that they point into, one to a type that holds them nothing. */
function castLabel(node: OnnxNode, tensor: LabelTensor, to: string): Tensor {
  const { labels } = tensor;
  if (to === 'string') return { ...tensor, labels: labels.map(String) };
  if (labels.some((label) => typeof label !== 'number' || !holds(to, label))) {
    throw refuse(node, `it casts labels to ${to}, which does not hold all of them`);
  }
  return tensor;
}

function holds(type: string, label: number): boolean {
  if (type === 'int32') return (label | 0) === label;
  return type === 'float32' ? Math.fround(label) === label : type === 'int64' || type === 'float64';
}

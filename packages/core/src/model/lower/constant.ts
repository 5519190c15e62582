import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../onnx/types.ts';
import { refuse } from './refusal.ts';
import { refuseLargeIntegers, type Scope } from './scope.ts';
import { checkSizes, countOf, type Dims } from './tensor.ts';

// Values that the model states.

/** Constant: its tensor stands among the initializers from here on. */
export function lowerConstant(scope: Scope, node: OnnxNode): void {
  const name = node.outputs[0] ?? '';
  const [given, ...others] = node.attributes;
  if (given === undefined || others.length > 0) throw refuse(node, `it has ${node.attributes.size} attributes`);
  const tensor = tensorOf(name, given[1]);
  if (tensor === null) throw refuse(node, `its value is given as ${given[0]}`);
  scope.initializers.set(name, tensor);
}

function tensorOf(name: string, attribute: OnnxAttribute): OnnxTensor | null {
  switch (attribute.type) {
    case 'tensor':
      return { ...attribute.value, name };
    case 'float':
      return { name, type: 'float32', dims: [], data: Float32Array.of(attribute.value) };
    case 'floats':
      return { name, type: 'float32', dims: [attribute.value.length], data: attribute.value };
    case 'int':
      return { name, type: 'int64', dims: [], data: BigInt64Array.of(attribute.value) };
    case 'ints':
      return { name, type: 'int64', dims: [attribute.value.length], data: attribute.value };
    case 'string':
      return { name, type: 'string', dims: [], data: [attribute.value] };
    case 'strings':
      return { name, type: 'string', dims: [attribute.value.length], data: attribute.value };
    case 'opaque':
      return null;
  }
}

/** ConstantOfShape: one value, a float32 of 0 unless the node says another, at every place. */
export function lowerConstantOfShape(scope: Scope, node: OnnxNode): void {
  const dims: Dims = scope.integers(node, 0, 'its sizes').map((size) => (size === 'rows' ? null : size));
  checkSizes(dims);
  const given = node.attributes.get('value');
  if (given !== undefined && given.type !== 'tensor') throw refuse(node, `its value is given as ${given.type}`);
  const value = given?.value ?? { name: 'value', type: 'float32' as const, dims: [1], data: Float32Array.of(0) };
  refuseLargeIntegers(node, value);
  const { type, data } = value;
  if (type !== 'float32' && type !== 'float64' && type !== 'int64' && type !== 'int32' && type !== 'bool') {
    throw refuse(node, `its value is of type ${type}`);
  }
  const [lane] = scope.constantLanes([Number(data[0] ?? 0)]);
  scope.output(node, 0, { type, dims, lanes: Array.from({ length: countOf(dims) }, () => lane) });
}

import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo, TensorType } from '@slipway/core';

/** A number as `{ float }` or `{ int }`, a string, a tensor, or a list of one kind. */
export type AttributeValue =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly floats: ArrayLike<number> }
  | { readonly ints: ArrayLike<number> }
  | { readonly strings: readonly string[] }
  | { readonly tensor: OnnxTensor }
  | string;

/** An operator of the default domain, or with `ml:` in front, of ai.onnx.ml. */
export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): OnnxNode {
  const ml = operator.startsWith('ml:');
  return {
    name: `${outputs[0]}_node`,
    opType: ml ? operator.slice(3) : operator,
    domain: ml ? 'ai.onnx.ml' : '',
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
  };
}

export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): OnnxTensor {
  return { name, type: 'float32', dims, data: Float32Array.from(values) };
}

export function int64Tensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  return { name, type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}

export function value(name: string, type: TensorType, shape: OnnxValueInfo['shape']): OnnxValueInfo {
  return { name, type, shape };
}

/** An output that is a list of maps from int64 labels to float32, as ZipMap gives it. */
export function mapsOf(name: string): OnnxValueInfo {
  // TypeProto: sequence_type { elem_type { map_type { key_type: int64, value_type { tensor_type { float32 } } } } }
  const otherType = Uint8Array.of(0x22, 12, 0x0a, 10, 0x2a, 8, 0x08, 7, 0x12, 4, 0x0a, 2, 0x08, 1);
  return { name, type: null, shape: null, otherType };
}

export interface GraphParts {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers?: readonly OnnxTensor[];
}

/** The opsets are those of skl2onnx for models with the tree operators that everybody writes. */
export function modelOf(name: string, { nodes, inputs, outputs, initializers = [] }: GraphParts): OnnxModel {
  return {
    irVersion: 8,
    producer: 'slipway-testkit',
    opsets: new Map([
      ['', 15],
      ['ai.onnx.ml', 3],
    ]),
    graph: {
      name,
      nodes,
      initializers: new Map(initializers.map((tensor) => [tensor.name, tensor])),
      inputs,
      outputs,
    },
  };
}

function attributeOf(given: AttributeValue): OnnxAttribute {
  if (typeof given === 'string') return { type: 'string', value: given };
  if ('float' in given) return { type: 'float', value: Math.fround(given.float) };
  if ('int' in given) return { type: 'int', value: BigInt(given.int) };
  if ('floats' in given) return { type: 'floats', value: Float32Array.from(given.floats) };
  if ('ints' in given) return { type: 'ints', value: BigInt64Array.from(Array.from(given.ints, BigInt)) };
  if ('strings' in given) return { type: 'strings', value: given.strings };
  return { type: 'tensor', value: given.tensor };
}

import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '@slipway/core';

/** The tree operators that everybody reads end with ai.onnx.ml 4; version 1 of it has all that is written here. */
const opsets: ReadonlyMap<string, number> = new Map([
  ['', 17],
  ['ai.onnx.ml', 1],
]);

/**
 * A binary classifier: features go in as `features` [N, count], float32 in contract order; `label` and
 * `probabilities` [N, 2] come out.
 */
export function classifierModel(name: string, nodes: readonly OnnxNode[], featureCount: number): OnnxModel {
  return {
    irVersion: 8,
    producer: 'slipway train',
    opsets,
    graph: {
      name,
      nodes,
      initializers: new Map(),
      inputs: [{ name: 'features', type: 'float32', shape: ['N', featureCount] }],
      outputs: [
        { name: 'label', type: 'int64', shape: ['N'] },
        { name: 'probabilities', type: 'float32', shape: ['N', 2] },
      ],
    },
  };
}

export function mlNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
): OnnxNode {
  return { ...plainNode(opType, inputs, outputs, attributes), name: opType, domain: 'ai.onnx.ml' };
}

/** A node of the default domain, named after what it makes. */
export function plainNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
): OnnxNode {
  const name = `${opType}_${outputs[0]}`;
  return { name, opType, domain: '', inputs, outputs, attributes: new Map(Object.entries(attributes)) };
}

/** A tensor without dimensions. */
export function scalar(name: string, type: 'float32' | 'float64', value: number): OnnxTensor {
  return { ...vector(name, type, [value]), dims: [] };
}

export function vector(name: string, type: 'float32' | 'float64', values: readonly number[]): OnnxTensor {
  const data = type === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return { name, type, dims: [values.length], data };
}

export const float = (value: number): OnnxAttribute => ({ type: 'float', value });
export const int = (value: number): OnnxAttribute => ({ type: 'int', value: BigInt(value) });
export const tensorAttribute = (value: OnnxTensor): OnnxAttribute => ({ type: 'tensor', value });

export const floats = (values: ArrayLike<number>): OnnxAttribute => ({
  type: 'floats',
  value: Float32Array.from(values),
});
export const ints = (values: readonly number[]): OnnxAttribute => ({
  type: 'ints',
  value: BigInt64Array.from(values, BigInt),
});
export const text = (value: string): OnnxAttribute => ({ type: 'string', value });
export const texts = (value: readonly string[]): OnnxAttribute => ({ type: 'strings', value });

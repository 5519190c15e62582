import type { OnnxAttribute, OnnxModel, OnnxNode } from '@slipway/core';

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
  return {
    name: opType,
    opType,
    domain: 'ai.onnx.ml',
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes)),
  };
}

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

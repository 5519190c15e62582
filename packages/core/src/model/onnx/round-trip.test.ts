import {
  boostedModel,
  forestModel,
  linearRegressorModel,
  logisticModel,
  multiClassModel,
  networkModel,
  realModels,
  refusingModel,
  textModel,
  treeRegressorModel,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import type { OnnxModel, OnnxTensor } from './types.ts';

const models = [
  logisticModel(),
  logisticModel({ columns: ['a', 'b'] }),
  multiClassModel(),
  linearRegressorModel(),
  networkModel(),
  forestModel(),
  boostedModel(),
  treeRegressorModel(),
  textModel(),
  refusingModel(),
].map((model) => ({ name: model.graph.name, model }));

describe('a model that was written', () => {
  test.each(models)('$name is read as it was', ({ model }) => {
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  test.each(realModels())(
    '$name, as a converter wrote it, says the same after it was read and written',
    ({ bytes }) => {
      const model = decodeModel(bytes);
      expect(decodeModel(encodeModel(model))).toEqual(model);
      expect(model.producer).toBe('skl2onnx');
      expect(model.opsets.get('') ?? 0).toBeGreaterThanOrEqual(9);
    },
  );

  test('is the same from a Buffer that lies in the middle of other memory', () => {
    const bytes = encodeModel(networkModel());
    const pool = Buffer.alloc(bytes.length + 33, 0xab);
    pool.set(bytes, 13);
    expect(decodeModel(pool.subarray(13, 13 + bytes.length))).toEqual(networkModel());
  });

  test('keeps every element type, and every value of it', () => {
    const model = withInitializers(everyTensor);
    expect([...decodeModel(encodeModel(model)).graph.initializers.values()]).toEqual(everyTensor);
  });

  test('of the oldest versions lists its initializers among the inputs, as those versions demand', () => {
    const model = { ...networkModel(), irVersion: 3 };
    const bytes = encodeModel(model);
    expect(decodeModel(bytes)).toEqual(model);
    expect(bytes.length).toBeGreaterThan(encodeModel({ ...model, irVersion: 8 }).length + 100);
  });

  test('keeps attributes and names that are empty, zero or not ASCII', () => {
    const base = linearRegressorModel();
    const [node] = base.graph.nodes;
    const attributes = new Map<string, never>(
      Object.entries({
        zero: { type: 'float', value: 0 },
        none: { type: 'floats', value: new Float32Array(0) },
        least: { type: 'int', value: -(2n ** 63n) },
        ints: { type: 'ints', value: BigInt64Array.of(0n, -1n, 2n ** 62n, 127n, 128n) },
        empty: { type: 'string', value: '' },
        texts: { type: 'strings', value: ['', 'Zürich', '\ufeffx', '😀'] },
      }) as [string, never][],
    );
    const model = { ...base, graph: { ...base.graph, nodes: [{ ...node, attributes }] } } as OnnxModel;
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});

const everyTensor: readonly OnnxTensor[] = [
  {
    name: 'float32',
    type: 'float32',
    dims: [2, 2],
    data: Float32Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY, -0),
  },
  { name: 'float64', type: 'float64', dims: [1], data: Float64Array.of(0.1) },
  { name: 'float16', type: 'float16', dims: [2], data: Uint16Array.of(0x3c00, 0xffff) },
  { name: 'int64', type: 'int64', dims: [3], data: BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n) },
  { name: 'int32', type: 'int32', dims: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
  { name: 'int16', type: 'int16', dims: [2], data: Int16Array.of(-32768, 32767) },
  { name: 'int8', type: 'int8', dims: [2], data: Int8Array.of(-128, 127) },
  { name: 'uint64', type: 'uint64', dims: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { name: 'uint32', type: 'uint32', dims: [1], data: Uint32Array.of(2 ** 32 - 1) },
  { name: 'uint16', type: 'uint16', dims: [1], data: Uint16Array.of(65535) },
  { name: 'uint8', type: 'uint8', dims: [1], data: Uint8Array.of(255) },
  { name: 'bool', type: 'bool', dims: [2], data: Uint8Array.of(0, 1) },
  { name: 'string', type: 'string', dims: [2, 1], data: ['', 'Zürich'] },
  { name: 'scalar', type: 'float32', dims: [], data: Float32Array.of(7) },
  { name: 'nothing', type: 'int64', dims: [0], data: new BigInt64Array(0) },
];

function withInitializers(tensors: readonly OnnxTensor[]): OnnxModel {
  const base = linearRegressorModel();
  return { ...base, graph: { ...base.graph, initializers: new Map(tensors.map((tensor) => [tensor.name, tensor])) } };
}

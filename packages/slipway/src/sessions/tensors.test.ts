import {
  bindContract,
  encodeModel,
  type Feature,
  type LaneValues,
  type OnnxModel,
  type OutputField,
  readSignature,
} from '@slipway/core';
import {
  echoModel,
  embeddingModel,
  feature,
  halfModel,
  imageModel,
  inputContract,
  modelOf,
  node,
  value,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './onnx-runtime-session.ts';

type Column = Float64Array | readonly string[];

const vector = (name: string, shape: readonly number[]): OutputField => ({
  kind: 'vector',
  name,
  from: name,
  shape,
  nullable: false,
  description: null,
});
const score = (
  from: string,
  type: 'number' | 'string' | 'integer' = 'number',
  index: number | null = null,
): OutputField => {
  const none = { class: null, minimum: null, maximum: null, enum: null, description: null, nullable: false };
  return { kind: 'score', name: from, type, from, index, ...none };
};
const array = (name: string, shape: readonly number[], items: Feature['items'] = 'number') =>
  feature({ name, type: 'array', shape, items });

/** Lanes of a model that is bound as `openModel` binds it. */
async function run(
  model: OnnxModel,
  features: readonly Feature[],
  fields: readonly OutputField[],
  columns: readonly Column[],
  rows = 1,
): Promise<readonly LaneValues[]> {
  const binding = bindContract(inputContract(features), { fields, rank: null }, readSignature(model));
  const session = await openOnnxRuntimeSession({ bytes: encodeModel(model), model, binding });
  try {
    return await session.run({ rows, columns });
  } finally {
    await session.close();
  }
}

const numbers = (lanes: readonly LaneValues[]) => lanes.map((lane) => Array.from<number | string>(lane));

describe('tensors', () => {
  test('of several open sizes are fed with the shape of the contract', async () => {
    const red = [...new Array(6).fill(1), ...new Array(12).fill(0)];
    const blue = [...new Array(12).fill(0), ...new Array(6).fill(0.5)];
    const [label] = await run(
      imageModel(),
      [array('image', [3, 3, 2])],
      [score('label', 'string')],
      [Float64Array.from([...red, ...blue])],
      2,
    );
    // Labels come as their places among blue, green, red.
    expect(label).toEqual(Int32Array.of(2, 0));
  });

  test('of a fixed batch of one are answered row by row', async () => {
    const image = Float64Array.from({ length: 36 }, (_, at) => (Math.floor(at / 4) % 4 === 1 ? 1 : 0));
    const free = await run(imageModel(), [array('image', [3, 2, 2])], [vector('probabilities', [3])], [image], 3);
    const one = await run(
      imageModel({ rows: 1 }),
      [array('image', [3, 2, 2])],
      [vector('probabilities', [3])],
      [image],
      3,
    );
    for (const [lane, values] of numbers(free).entries())
      for (const [row, probability] of values.entries()) expect(one[lane]?.[row]).toBeCloseTo(Number(probability), 6);
  });

  test('without a dimension for the rows are answered row by row', async () => {
    const ab = ['a', 'b'].map((name) => feature({ name }));
    const columns = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    expect(numbers(await run(echoModel('float32', [2]), ab, [vector('y', [2])], columns, 2))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const grid = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const lanes = await run(echoModel('float32', ['n', 2]), [array('x', [2, 2])], [vector('y', [2, 2])], [grid], 2);
    expect(numbers(lanes)).toEqual([
      [1, 5],
      [2, 6],
      [3, 7],
      [4, 8],
    ]);
  });

  test('of several inputs with different ranks go in by name, a scalar among them', async () => {
    const model = modelOf('mixed', {
      nodes: [
        node('ReduceSum', ['grid', 'axes'], ['sum'], { keepdims: { int: 0 } }),
        node('Mul', ['sum', 'factor'], ['scaled']),
        node('Add', ['scaled', 'offset'], ['y']),
      ],
      initializers: [{ name: 'axes', type: 'int64', dims: [2], data: BigInt64Array.of(1n, 2n) }],
      inputs: [
        value('grid', 'float32', ['N', 2, 2]),
        value('factor', 'float32', []),
        value('offset', 'float32', ['N']),
      ],
      outputs: [value('y', 'float32', ['N'])],
    });
    const features = [feature({ name: 'offset' }), array('grid', [2, 2]), feature({ name: 'factor' })];
    const columns = [Float64Array.of(0.5, 0.25), Float64Array.of(1, 2, 3, 4, 1, 1, 1, 1), Float64Array.of(10, 100)];
    expect(numbers(await run(model, features, [score('y')], columns, 2))).toEqual([[100.5, 400.25]]);
  });

  test('of text are a column a feature, or several side by side', async () => {
    const texts = ['a', 'b'].map((name) => feature({ name, type: 'string' }));
    const fields = [score('y', 'string', 1), score('y', 'string', 0)];
    const lanes = await run(
      echoModel('string', ['N', 2]),
      texts,
      fields,
      [
        ['ä', 'b'],
        ['c', ''],
      ],
      2,
    );
    expect(lanes).toEqual([
      ['c', ''],
      ['ä', 'b'],
    ]);
  });

  test('of float16 are computed in it, and answered as float32 holds them', async () => {
    // relu([x0 - 2 x1, x0 / 2 + x1 / 4]), where 0.1 is 0.0999755859375 in float16.
    const x = Float64Array.of(3, 1, 0.1, 0);
    const lanes = await run(halfModel(), [array('x', [2])], [vector('y', [2])], [x], 2);
    expect(lanes[0]).toBeInstanceOf(Float32Array);
    expect(numbers(lanes)).toEqual([
      [1, 0.0999755859375],
      [1.75, 0.04998779296875],
    ]);
  });

  test('of booleans and small integers take integers', async () => {
    const [lane] = await run(
      echoModel('bool', ['N', 3]),
      [array('x', [3], 'integer')],
      [score('y', 'integer', 2)],
      [Float64Array.of(0, 1, 1)],
    );
    expect(lane).toEqual(Float64Array.of(1));
    await expect(
      run(echoModel('uint8', ['N', 1]), [array('x', [1], 'integer')], [score('y')], [Float64Array.of(256)]),
    ).rejects.toMatchObject({ code: 'MODEL_FAILED', message: expect.stringContaining("of type uint8 can't hold 256") });
  });
});

describe('outputs', () => {
  const ids = [array('input_ids', [3], 'integer'), array('attention_mask', [3], 'integer')];
  const columns = [Float64Array.of(1, 2, 3), Float64Array.of(1, 1, 0)];

  test('of any rank and several at once come as arrays, numbers among them', async () => {
    const fields = [score('count', 'integer'), vector('tokens', [3, 8]), vector('embedding', [8])];
    const lanes = await run(embeddingModel({ ids: 'int32' }), ids, fields, columns);
    expect(lanes).toHaveLength(1 + 24 + 8);
    expect(lanes[0]).toEqual(Float64Array.of(2));
  });

  test.each<[string, OutputField, string]>([
    ['another length', vector('tokens', [4, 8]), '[1, 3, 8]; [4, 8] a row was wanted'],
    ['its sizes turned around', vector('tokens', [8, 3]), '[1, 3, 8]; [8, 3] a row was wanted'],
    ['many values where one was meant', score('tokens'), '[1, 3, 8]; one value a row was wanted'],
  ])('of %s are MODEL_FAILED', async (_, field, message) => {
    await expect(run(embeddingModel(), ids, [field], columns)).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining(message),
    });
  });

  test('of more than one value a row, but flat in the contract, are taken in their order', async () => {
    const [grid] = [await run(embeddingModel(), ids, [vector('tokens', [3, 8])], columns)];
    expect(await run(embeddingModel(), ids, [vector('tokens', [24])], columns)).toEqual(grid);
  });

  test('beyond 2^53 are refused and not rounded', async () => {
    const model = modelOf('large', {
      nodes: [node('Add', ['x', 'step'], ['y'])],
      initializers: [{ name: 'step', type: 'int64', dims: [1], data: BigInt64Array.of(2n ** 53n) }],
      inputs: [value('x', 'int64', ['N', 1])],
      outputs: [value('y', 'int64', ['N', 1])],
    });
    const whole = [feature({ name: 'x', type: 'integer' })];
    expect(numbers(await run(model, whole, [score('y', 'integer')], [Float64Array.of(-1)]))).toEqual([[2 ** 53 - 1]]);
    await expect(run(model, whole, [score('y', 'integer')], [Float64Array.of(1)])).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining('9007199254740993'),
      hint: expect.stringContaining('text'),
    });
  });
});

describe('a lone row of a costly model', () => {
  test('is not doubled, and differs from the same row among others by rounding at most', async () => {
    const model = embeddingModel({ width: 64 });
    const ids = [array('input_ids', [16], 'integer'), array('attention_mask', [16], 'integer')];
    const many = [Float64Array.from({ length: 160 }, (_, at) => (7 * at) % 100), new Float64Array(160).fill(1)];
    const lanes = await run(model, ids, [vector('embedding', [64])], many, 10);
    const alone = await run(
      model,
      ids,
      [vector('embedding', [64])],
      many.map((column) => column.slice(48, 64)),
    );
    for (const [lane, values] of alone.entries())
      expect(Math.abs(Number(values[0]) - Number(lanes[lane]?.[3]))).toBeLessThan(1e-6);
  });
});

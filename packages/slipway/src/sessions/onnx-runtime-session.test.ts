import { type Binding, encodeModel, type OnnxModel, type Session, type TensorType } from '@slipway/core';
import {
  linearRegressorModel,
  logisticModel,
  modelOf,
  networkModel,
  node,
  Random,
  randomBatch,
  refusingModel,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './onnx-runtime-session.ts';

async function using<T>(model: OnnxModel, use: (session: Session) => Promise<T>, binding?: Binding): Promise<T> {
  const bytes = encodeModel(model);
  const session = await openOnnxRuntimeSession({ bytes, model, binding: binding ?? wholeBinding(model) });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

describe('every element type', () => {
  const types: TensorType[] = [
    'float32',
    'float64',
    'float16',
    'int64',
    'int32',
    'int16',
    'int8',
    'uint64',
    'uint32',
    'uint16',
    'uint8',
    'bool',
  ];
  test.each(types)('%s goes in and comes out', async (type) => {
    const model = modelOf('echo', {
      nodes: [node('Identity', ['x'], ['y'])],
      inputs: [value('x', type, [null, 1])],
      outputs: [value('y', type, [null, 1])],
    });
    const values = type === 'bool' ? [1, 0, 1] : [3, 0, 100];
    await using(model, async (session) => {
      const [lane] = await session.run({ rows: 3, columns: [Float64Array.from(values)] });
      expect(Array.from(lane as Float64Array)).toEqual(values);
      expect(lane).toBeInstanceOf(type === 'float32' || type === 'float16' ? Float32Array : Float64Array);
    });
  });

  test('text goes in and comes out, empty and beyond ASCII too', async () => {
    const model = modelOf('echo', {
      nodes: [node('Identity', ['x'], ['y'])],
      inputs: [value('x', 'string', [null])],
      outputs: [value('y', 'string', [null])],
    });
    const texts = ['', 'Zürich', '😀', ' '];
    await using(model, async (session) => expect((await session.run({ rows: 4, columns: [texts] }))[0]).toEqual(texts));
  });
});

describe('a fixed number of rows', () => {
  function fixed(rows: number): OnnxModel {
    const model = networkModel();
    const withRows = (info: (typeof model.graph.inputs)[number]) => ({
      ...info,
      shape: [rows, ...(info.shape ?? []).slice(1)],
    });
    return {
      ...model,
      graph: { ...model.graph, inputs: model.graph.inputs.map(withRows), outputs: model.graph.outputs.map(withRows) },
    };
  }

  test.each([1, 4])('of %i is kept in every call, and the answers are those of the free model', async (rows) => {
    const batch = randomBatch(wholeBinding(networkModel()), new Random(5), { rows: 10 });
    const free = await using(networkModel(), async (session) => session.run(batch));
    const kept = await using(fixed(rows), async (session) => session.run(batch));
    for (const [index, lane] of free.entries())
      for (let row = 0; row < 10; row++) expect(kept[index]?.[row]).toBeCloseTo(lane[row] as number, 6);
  });
});

describe('batches of many rows', () => {
  test('are answered as their parts are, beyond one call of ONNX Runtime', async () => {
    await using(logisticModel(), async (session) => {
      const batch = randomBatch(session.binding, new Random(6), { rows: 9000 });
      const whole = await session.run(batch);
      const tail = await session.run({ rows: 1, columns: batch.columns.map((column) => column.slice(8999)) });
      expect(tail.map((lane) => lane[0])).toEqual(whole.map((lane) => lane[8999]));
    });
  });

  test('may overlap: each call has arrays of its own', async () => {
    await using(linearRegressorModel(), async (session) => {
      const runs = [1, 2, 3].map((x) => session.run({ rows: 1, columns: [Float64Array.of(x), Float64Array.of(0)] }));
      const answers = await Promise.all(runs);
      expect(answers.map(([lane]) => lane?.[0])).toEqual([2.5, 4.5, 6.5]);
    });
  });
});

describe('trouble', () => {
  test('of the model on a row is MODEL_FAILED, with what ONNX Runtime says', async () => {
    await using(refusingModel(), async (session) => {
      const run = (...values: number[]) => session.run({ rows: values.length, columns: [Float64Array.from(values)] });
      await expect(run(0, 9, 1)).rejects.toMatchObject({
        code: 'MODEL_FAILED',
        message: expect.stringContaining('OneHotEncoder'),
        cause: expect.any(Error),
      });
      expect(Array.from((await run(0, 1, 2))[0] as Float32Array)).toEqual([5, 6, 7]);
    });
  });

  test.each([
    [
      'an operator that nobody knows',
      (model: OnnxModel) => model.graph.nodes.map((given) => ({ ...given, opType: 'Nonsense' })),
    ],
    [
      'an attribute that is missing',
      (model: OnnxModel) => model.graph.nodes.map((given) => ({ ...given, attributes: new Map() })),
    ],
  ])('with %s is ARTIFACT_UNSUPPORTED at opening', async (_, nodesOf) => {
    const model = linearRegressorModel();
    const broken = { ...model, graph: { ...model.graph, nodes: nodesOf(model) } };
    await expect(using(broken, async () => {})).rejects.toMatchObject({
      code: 'ARTIFACT_UNSUPPORTED',
      message: expect.stringContaining('ONNX Runtime does not take the model'),
    });
  });

  test('of the caller is an assertion: a closed session is not run', async () => {
    const session = await using(linearRegressorModel(), async (opened) => opened);
    await expect(session.run({ rows: 0, columns: [] })).rejects.toThrow('Assertion failed');
  });
});

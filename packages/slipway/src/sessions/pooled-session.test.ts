import { encodeModel, type OnnxModel, type Session } from '@slipway/core';
import {
  heavyModel,
  linearRegressorModel,
  Random,
  randomBatch,
  refusingModel,
  textModel,
  wholeBinding,
} from '@slipway/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { openOnnxRuntimeSession } from './onnx-runtime-session.ts';
import { defaultWorkers, openPooledSession, type PooledOptions } from './pooled-session.ts';

const opened: Session[] = [];

async function pooled(model: OnnxModel, options: Partial<PooledOptions> = {}): Promise<Session> {
  const given = { bytes: encodeModel(model), model, binding: wholeBinding(model), workers: 2, ...options };
  const session = await openPooledSession(given);
  opened.push(session);
  return session;
}

async function direct(model: OnnxModel): Promise<Session> {
  const session = await openOnnxRuntimeSession({ bytes: encodeModel(model), model, binding: wholeBinding(model) });
  opened.push(session);
  return session;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
});

/** How often the event loop comes round between the question and its answer. */
async function turnsDuringRun(session: Session): Promise<number> {
  let turns = 0;
  let isAnswered = false;
  const answer = Promise.resolve(session.run({ rows: 1, columns: [Float64Array.of(1)] })).then(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await answer;
  return turns;
}

const regression = (values: readonly number[]) => ({
  rows: values.length,
  columns: [Float64Array.from(values), new Float64Array(values.length)],
});

describe('a pooled session', () => {
  test('leaves the event loop free while the model runs', async () => {
    const model = heavyModel();
    // In this thread the whole run is one turn of the loop.
    expect(await turnsDuringRun(await direct(model))).toBeLessThan(10);
    expect(await turnsDuringRun(await pooled(model, { workers: 1 }))).toBeGreaterThan(100);
  });

  test('answers to the last bit what the session in this thread answers, in pieces and whole', async () => {
    const [here, there] = [await direct(linearRegressorModel()), await pooled(linearRegressorModel())];
    for (const rows of [1, 2, 63, 65, 1000, 20_000]) {
      const batch = randomBatch(here.binding, new Random(rows), { rows });
      expect(await there.run(batch)).toEqual(await here.run(batch));
    }
  });

  test('leaves the batch to its caller', async () => {
    const session = await pooled(linearRegressorModel());
    const batch = regression([1, 2, 3]);
    await session.run(batch);
    expect(batch.columns[0]).toEqual(Float64Array.of(1, 2, 3));
    // Also where the columns are a part of larger arrays.
    const part = { rows: 2, columns: batch.columns.map((column) => (column as Float64Array).subarray(1)) };
    expect(await session.run(part)).toEqual([Float32Array.of(4.5, 6.5)]);
    expect(part.columns[0]).toEqual(Float64Array.of(2, 3));
  });

  test('answers calls that overlap, each with arrays of its own', async () => {
    const session = await pooled(linearRegressorModel());
    const answers = await Promise.all(Array.from({ length: 50 }, (_, x) => session.run(regression([x, x + 1]))));
    for (const [x, [lane]] of answers.entries()) expect(lane).toEqual(Float32Array.of(2 * x + 0.5, 2 * x + 2.5));
  });

  test('gives text back in the order of the rows, whichever worker made it', async () => {
    const session = await pooled(textModel());
    const city = Array.from({ length: 600 }, (_, row) => `city ${row}`);
    const [, echo] = await session.run({ rows: 600, columns: [city, new Float64Array(600)] });
    expect(echo).toEqual(city);
  });

  test('answers what was asked before it was closed, and nothing after', async () => {
    const session = await pooled(linearRegressorModel());
    const answers = Promise.all(Array.from({ length: 20 }, (_, x) => session.run(regression([x]))));
    await session.close();
    expect((await answers).map(([lane]) => lane?.[0])).toEqual(Array.from({ length: 20 }, (_, x) => 2 * x + 0.5));
    await expect(session.run(regression([1]))).rejects.toThrow('Assertion failed');
  });
});

describe('trouble of a pooled session', () => {
  test('of the model on a row costs that call alone, with code, message and place', async () => {
    const session = await pooled(refusingModel());
    const run = (...values: number[]) => session.run({ rows: values.length, columns: [Float64Array.from(values)] });
    const settled = await Promise.allSettled([run(0, 1), run(0, 9), run(2)]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({
      reason: { code: 'MODEL_FAILED', message: expect.stringContaining('OneHotEncoder') },
    });
  });

  test('in one piece of many is the answer of the whole call, and the next call is answered', async () => {
    const session = await pooled(refusingModel());
    const values = Float64Array.from({ length: 9000 }, (_, row) => (row === 8000 ? 9 : row % 3));
    await expect(session.run({ rows: 9000, columns: [values] })).rejects.toMatchObject({ code: 'MODEL_FAILED' });
    const [lane] = await session.run({ rows: 3, columns: [Float64Array.of(0, 1, 2)] });
    expect(lane).toEqual(Float32Array.of(5, 6, 7));
  });

  test('of a queue that is full is SESSION_BUSY at once, and those who wait are answered', async () => {
    const session = await pooled(linearRegressorModel(), { workers: 1, waitingMax: 3 });
    const settled = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((x) => session.run(regression([x]))));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(settled[4]).toMatchObject({ reason: { code: 'SESSION_BUSY', kind: 'overloaded' } });
  });

  test('at opening is what ONNX Runtime says', async () => {
    const model = linearRegressorModel();
    const nodes = model.graph.nodes.map((node) => ({ ...node, opType: 'Nonsense' }));
    await expect(pooled({ ...model, graph: { ...model.graph, nodes } })).rejects.toMatchObject({
      code: 'ARTIFACT_UNSUPPORTED',
      message: expect.stringContaining('Nonsense'),
    });
  });
});

test('there are as many workers as cores, at most four, and fewer for a model that is large', () => {
  expect(defaultWorkers(1000, 2)).toBe(2);
  expect(defaultWorkers(1000, 64)).toBe(4);
  expect(defaultWorkers(400_000_000, 64)).toBe(2);
  expect(defaultWorkers(2 ** 31 - 1, 64)).toBe(1);
});

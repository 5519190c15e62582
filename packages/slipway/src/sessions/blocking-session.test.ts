import { encodeModel, type LaneValues, type OnnxModel, type Session } from '@slipway/core';
import { linearRegressorModel, Random, randomBatch, refusingModel, textModel, wholeBinding } from '@slipway/testkit';
import { afterEach, expect, test } from 'vitest';
import { type BlockingOptions, openBlockingSession } from './blocking-session.ts';

const opened: Session[] = [];

async function blocking(model: OnnxModel, options: Partial<BlockingOptions> = {}): Promise<Session> {
  const session = await openBlockingSession({
    bytes: encodeModel(model),
    model,
    binding: wholeBinding(model),
    ...options,
  });
  opened.push(session);
  return session;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
});

function lanes(answer: ReturnType<Session['run']>): readonly LaneValues[] {
  if (answer instanceof Promise) throw new Error('A blocking session gave a promise.');
  return answer;
}

test('answers without a promise, also more rows than fit into its first memory', async () => {
  const session = await blocking(linearRegressorModel(), { workers: 2 });
  for (const rows of [3, 5000, 2048, 1]) {
    const batch = randomBatch(session.binding, new Random(rows), { rows });
    const [x0 = [], x1 = []] = batch.columns as readonly Float64Array[];
    const [lane = []] = lanes(session.run(batch));
    expect(lane).toHaveLength(rows);
    for (let row = 0; row < rows; row++)
      expect(lane[row]).toBeCloseTo(2 * (x0[row] as number) - 3 * (x1[row] as number) + 0.5, 4);
  }
});

test('gives text back in the order of the rows, whichever worker made it', async () => {
  const session = await blocking(textModel(), { workers: 2 });
  const city = Array.from({ length: 600 }, (_, row) => `city ${row}`);
  const [, echo] = lanes(session.run({ rows: 600, columns: [city, new Float64Array(600)] }));
  expect(echo).toEqual(city);
});

test('raises what the model raises, and answers the next batch', async () => {
  const session = await blocking(refusingModel(), { workers: 2 });
  // The bad row is in the part of the second worker, then of the first one.
  for (const bad of [450, 3]) {
    const values = Float64Array.from({ length: 600 }, (_, row) => (row === bad ? 9 : row % 3));
    expect(() => session.run({ rows: 600, columns: [values] })).toThrow(
      expect.objectContaining({ code: 'MODEL_FAILED', message: expect.stringContaining('OneHotEncoder') }),
    );
    const [lane] = lanes(session.run({ rows: 600, columns: [values.map((_, row) => row % 3)] }));
    expect(Array.from(lane as Float32Array).slice(0, 4)).toEqual([5, 6, 7, 5]);
  }
});

test('cannot be opened for a model that ONNX Runtime does not take', async () => {
  const model = linearRegressorModel();
  const nodes = model.graph.nodes.map((node) => ({ ...node, opType: 'Nonsense' }));
  await expect(blocking({ ...model, graph: { ...model.graph, nodes } }, { workers: 2 })).rejects.toMatchObject({
    code: 'ARTIFACT_UNSUPPORTED',
    message: expect.stringContaining('Nonsense'),
  });
});

test('is not run after it was closed', async () => {
  const session = await blocking(linearRegressorModel());
  await session.close();
  expect(() => session.run({ rows: 0, columns: [] })).toThrow('Assertion failed');
});

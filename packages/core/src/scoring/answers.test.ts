import { type PredictionEvents, parseLaunch } from '@slipway/core';
import { forestModel, multiClassModel, sumSession } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { type ModelSignature, readSignature, type Session, type TensorType } from '../model/index.ts';
import { bindContract, createPredictor, type Prediction } from './index.ts';

const clock = { wallMs: () => 0, monotonicMs: () => 0 };

function launchOf(output: string) {
  const head = 'slipway: 1\nmodel: m\nversion: 1.0.0\nartifact: model.onnx\ninput:\n  x: { type: number }\n';
  return parseLaunch(`${head}output:\n  ${output}\n`, 'launch.yaml');
}

function predictorOf(session: Session, output: string) {
  return createPredictor({ launch: launchOf(output), session, clock, newId: () => '', sink: null });
}

/** What a record and a column of one row answer. */
async function answered(session: Session, output: string, x: number) {
  const predictor = predictorOf(session, output);
  const columns = await predictor.columns({ x: [x] });
  const row = columns.fields.map((field) => (field.values as Float64Array)[0]);
  try {
    return { record: ((await predictor.predict({ x })) as Prediction).outputs, row, refused: columns.refused };
  } catch (thrown) {
    return { record: (thrown as Error).message, row, refused: columns.refused };
  }
}

/** A model that answers `x` itself. */
function echo(type: TensorType, score: (x: number) => number = (x) => x): Session {
  const inputs = [{ input: 'x', type: 'float64', column: 0, width: 1 }] as const;
  const outputs = [{ output: 'y', column: 0, type, labels: null }];
  return sumSession({ inputs, outputs }, { score: ([x = 0]) => score(x) });
}

const forest = readSignature(forestModel({ classes: 3 }));
const texts = readSignature(multiClassModel());

/** Binds outputs alone. */
function lanesOf(output: string, signature: ModelSignature) {
  const { input, output: contract } = launchOf(output);
  return bindContract({ ...input, features: [] }, contract, { ...signature, inputs: [] }).outputs;
}

test.each([
  ['a boolean from text labels', 'y: { type: boolean, from: label }', texts, /holds text, .* of type boolean/],
  ['an integer from text labels', 'y: { type: integer, from: label }', texts, /holds text, .* of type integer/],
  ['an array from text labels', 'y: { type: array, from: label, shape: [1] }', texts, /holds text, .* of type array/],
  ['a boolean from labels beside 0 and 1', 'y: { type: boolean, from: label }', forest, /of "label" are 0, 1, 2/],
  ['a boolean from a score', 'y: { type: boolean, from: probabilities, class: 1 }', forest, /holds scores of classes/],
])('%s is CONTRACT_MISMATCH, since it could only be guessed', (_, output, signature, message) => {
  const bind = () => lanesOf(output, signature);
  expect(bind).toThrow(expect.objectContaining({ code: 'CONTRACT_MISMATCH', where: 'output.y.type' }));
  expect(bind).toThrow(message);
});

test('a label that is read as a number is the label itself, for thresholds and arrays too; only text comes by index', () => {
  expect(lanesOf('y: { type: integer, from: label }', forest)[0]?.labels).toBeNull();
  expect(lanesOf('y: { type: array, from: label, shape: [1] }', forest)[0]?.labels).toBeNull();
  expect(lanesOf('y: { type: string, from: label }', texts)[0]?.labels).toEqual(['high', 'low', 'medium']);
});

test.each([
  ['0 is false', 0, { y: false }, []],
  ['1 is true', 1, { y: true }, []],
  ['0.5 is neither', 0.5, 'y is 0.5, not 0 or 1', [0]],
])('of a boolean %s, in a record and in a column', async (_, x, record, refused) => {
  expect(await answered(echo('float32'), 'y: { type: boolean, from: y }', x)).toMatchObject({ record, refused });
});

test('an integer label outside its enum breaks the output contract, in a record and in a column', async () => {
  const output = 'y: { type: integer, from: y, enum: [1, 3] }';
  expect(await answered(echo('int64'), output, 3)).toMatchObject({ record: { y: 3 }, refused: [] });
  const wrong = { record: 'y is 2, which is not in its enum', refused: [0] };
  expect(await answered(echo('int64'), output, 2)).toMatchObject(wrong);
});

test('a threshold is rounded to float16 where the score is one', async () => {
  const output = 'y: { type: number, from: y }\n  d: { type: boolean, threshold: { on: y, at: 0.1 } }';
  // The float16 nearest to 0.1.
  const { record, row } = await answered(echo('float16'), output, 0.0999755859375);
  expect(record).toMatchObject({ d: true });
  expect(row[1]).toBe(1);
});

test('a row that the contract refuses never reaches the model, which might fail on it', async () => {
  const failing = echo('float32', (x) => {
    if (Number.isNaN(x) || x === 7) throw new Error('no such number');
    return x;
  });
  const predictor = predictorOf(failing, 'y: { type: number, from: y }');
  const x = Array.from({ length: 1000 }, (_, row) => (row % 2 === 0 ? Number.NaN : row));
  const { fields, refused, modelFaults } = await predictor.columns({ x });
  expect([...modelFaults.keys()]).toEqual([7]);
  expect(refused).toHaveLength(501);
  expect([fields[0]?.values[5], fields[0]?.values[999]]).toEqual([5, 999]);
  expect(await predictor.columns({ x: [Number.NaN, null] })).toMatchObject({ rows: 2, refused: [0, 1] });
});

test('the event of a row of columns holds the whole array of a feature, however the column came', async () => {
  const inputs: unknown[] = [];
  const sink = {
    write: (events: PredictionEvents) =>
      inputs.push(...Array.from({ length: events.count }, (_, at) => events.event(at).inputs)),
    flush: async () => {},
    close: async () => {},
  };
  const head = 'slipway: 1\nmodel: m\nversion: 1.0.0\nartifact: model.onnx\n';
  const fields = 'input:\n  x: { type: array, shape: [2] }\noutput:\n  y: { type: number, from: y }\n';
  const launch = parseLaunch(head + fields, 'launch.yaml');
  const predictor = createPredictor({ launch, session: echo('float32'), clock, newId: () => '', sink });
  const values = Float64Array.of(1, 2, 3, 4);
  for (const x of [values, [...values], { kind: 'number', values, width: 2, present: null } as const])
    await predictor.columns({ x });
  const [first, second] = [{ x: [1, 2] }, { x: [3, 4] }];
  expect(inputs).toEqual([first, second, first, second, first, second]);
});

import {
  type Binding,
  encodeModel,
  type FeatureBatch,
  isSlipwayError,
  type LaneValues,
  type OnnxModel,
  type Session,
} from '@slipway/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomBatch, rowsOf, wholeBinding } from './model-binding.ts';
import { Random } from './random.ts';
import { type SessionCase, tabularCases } from './session-cases.ts';

/** Opens the session under test. `bytes` is the file of `model`. */
export type OpenSession = (given: {
  readonly bytes: Uint8Array;
  readonly model: OnnxModel;
  readonly binding: Binding;
}) => Session | Promise<Session>;

/** One more than a chunk of DuckDB's, so that a session that works in blocks has a last block of one row. */
const manyRows = 2049;

/** What every implementation of the Session port must do, for each of the cases. */
export function conformSession(name: string, open: OpenSession, cases: readonly SessionCase[] = tabularCases): void {
  describe.each(cases)(`${name}: $name`, (given) => {
    let session: Session;
    beforeAll(async () => {
      session = await opened(open, given.model, wholeBinding(given.model));
    });
    afterAll(() => session.close());
    answersLanes(open, given, () => session);
    answersRows(given, () => session);
    answersOddBatches(given, () => session);
  });
}

function answersLanes(open: OpenSession, given: SessionCase, current: () => Session): void {
  test('answers one array a wanted lane, of the type of the lane', async () => {
    const session = current();
    expect(session.binding).toEqual(wholeBinding(given.model));
    const lanes = await session.run(batchOf(given, session.binding, 5));
    expect(lanes.map(formOf)).toEqual(session.binding.outputs.map(wantedForm));
    expect(lanes.map((lane) => lane.length)).toEqual(session.binding.outputs.map(() => 5));
  });

  test('takes features and gives lanes in the order of the binding, also one lane twice', async () => {
    const { binding } = current();
    const batch = batchOf(given, binding, 40);
    const straight = copied(await current().run(batch));
    const order = [...binding.outputs.keys()].reverse().concat(0);
    const outputs = order.map((index) => binding.outputs[index] as Binding['outputs'][number]);
    const turned = await opened(open, given.model, { inputs: binding.inputs.toReversed(), outputs });
    const lanes = copied(await turned.run({ ...batch, columns: batch.columns.toReversed() }));
    expect(lanes).toEqual(order.map((index) => straight[index]));
    await turned.close();
    // A second close does no harm.
    await turned.close();
  });
}

function answersRows(given: SessionCase, current: () => Session): void {
  if (given.expected !== undefined) answersWhatIsMeant(given.expected, given, current);

  test('answers a row alone as among 2,049, to the last bit', async () => {
    const { binding } = current();
    const batch = batchOf(given, binding, manyRows);
    const lanes = copied(await current().run(batch));
    const random = new Random(11);
    const rows = [0, 1, 63, 64, 2047, 2048, ...Array.from({ length: 20 }, () => random.integer(manyRows))];
    for (const row of rows) {
      const alone = await current().run(rowsOf(batch, binding, row, row + 1));
      expect(laneRow(alone, 0)).toEqual(laneRow(lanes, row));
    }
  });

  test('answers the same from its row function, where it has one', async () => {
    const session = current();
    if (session.row === null) return;
    const batch = batchOf(given, session.binding, 200, 0.1);
    const lanes = copied(await session.run(batch));
    const numbers = batch.columns.filter((column) => column instanceof Float64Array);
    const texts = batch.columns.filter((column) => !(column instanceof Float64Array));
    const out = new Float64Array(session.binding.outputs.length);
    for (let row = 0; row < batch.rows; row++) {
      const ownNumbers = Float64Array.from(numbers, (column) => column[row] as number);
      const ownTexts = texts.map((column) => column[row] as string);
      session.row(ownNumbers, ownTexts, out);
      expect([...out]).toEqual(laneRow(lanes, row));
    }
  });
}

function answersWhatIsMeant(
  expected: NonNullable<SessionCase['expected']>,
  given: SessionCase,
  current: () => Session,
): void {
  test('answers what the model means', async () => {
    const batch = batchOf(given, current().binding, 100);
    const lanes = await current().run(batch);
    for (let row = 0; row < batch.rows; row++) {
      const wanted = expected(batch.columns.map((column) => column[row] as number | string));
      expectNear(laneRow(lanes, row), wanted, given.tolerance ?? 0);
    }
  });
}

function answersOddBatches(given: SessionCase, current: () => Session): void {
  test('answers no rows with empty lanes', async () => {
    const session = current();
    const lanes = await session.run(batchOf(given, session.binding, 0));
    expect(lanes.map(formOf)).toEqual(session.binding.outputs.map(wantedForm));
    expect(lanes.map((lane) => lane.length)).toEqual(session.binding.outputs.map(() => 0));
  });

  test('treats a missing number alone as among other rows: the same answer, or MODEL_FAILED', async () => {
    const session = current();
    const batch = batchOf(given, session.binding, 60, 0.3);
    const lanes = await outcome(session, batch);
    for (let row = 0; row < batch.rows; row++) {
      const alone = await outcome(session, rowsOf(batch, session.binding, row, row + 1));
      if (lanes !== null) expect(laneRow(alone ?? [], 0)).toEqual(laneRow(lanes, row));
    }
  });
}

async function opened(open: OpenSession, model: OnnxModel, binding: Binding): Promise<Session> {
  return open({ bytes: encodeModel(model), model, binding });
}

function batchOf(given: SessionCase, binding: Binding, rows: number, missing = 0): FeatureBatch {
  return randomBatch(binding, new Random(7), { rows, missing, texts: given.texts ?? [''] });
}

/** A copy of the lanes, or null where the model failed. */
async function outcome(session: Session, batch: FeatureBatch): Promise<LaneValues[] | null> {
  try {
    return copied(await session.run(batch));
  } catch (thrown) {
    expect(isSlipwayError(thrown) && thrown.code).toBe('MODEL_FAILED');
    return null;
  }
}

/** Lanes are valid until the next call, so what is compared later is copied. */
function copied(lanes: readonly LaneValues[]): LaneValues[] {
  return lanes.map((lane) => lane.slice());
}

function laneRow(lanes: readonly LaneValues[], row: number): (number | string)[] {
  return lanes.map((lane) => lane[row] as number | string);
}

function expectNear(
  found: readonly (number | string)[],
  wanted: readonly (number | string)[],
  tolerance: number,
): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, value] of wanted.entries()) {
    const distance = typeof value === 'number' ? Math.abs(Number(found[index]) - value) : 0;
    if (typeof value === 'string') expect(found[index]).toBe(value);
    expect(distance, `lane ${index} is ${found[index]}, expected ${value}`).toBeLessThanOrEqual(tolerance);
  }
}

type Form = 'float32' | 'float64' | 'index' | 'text';

function formOf(lane: LaneValues): Form {
  if (lane instanceof Float32Array) return 'float32';
  if (lane instanceof Float64Array) return 'float64';
  return lane instanceof Int32Array ? 'index' : 'text';
}

function wantedForm({ type, labels }: Binding['outputs'][number]): Form {
  if (labels !== null) return 'index';
  if (type === 'string') return 'text';
  return type === 'float32' || type === 'float16' ? 'float32' : 'float64';
}

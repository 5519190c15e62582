import { sumSession } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { fail, type SlipwayError } from '../errors/index.ts';
import { parseLaunch } from '../launch/index.ts';
import type { RunLimits, Session } from '../model/index.ts';
import { callerGone, createPredictor, deadlineExceeded, type PredictOptions } from './index.ts';

const text = `
slipway: 1
model: m
version: 1.0.0
artifact: model.onnx
input: { x: { type: number } }
output: { y: { type: number, from: y, nullable: true } }
`;
const fallback = 'fallback: { use: { y: null } }\n';
const binding = {
  inputs: [{ input: 'x', type: 'float32', column: 0, width: 1 }],
  outputs: [{ output: 'y', column: 0, type: 'float32', labels: null }],
} as const;

const gone: RunLimits = { deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => true, onCancel: () => {} };
const until = (deadlineMs: number): RunLimits => ({ deadlineMs, isCancelled: () => false, onCancel: () => {} });

/** A predictor at 100 ms past the start, over a session that counts its rows and moves the clock as `score` says. */
function predictorOf(
  extra: string,
  { asynchronous = false, score = (x: number, _clock: { nowMs: number }) => x } = {},
) {
  const clock = { nowMs: 100, rows: 0 };
  const session = sumSession(binding, {
    asynchronous,
    score: ([x]) => {
      clock.rows += 1;
      return score(x as number, clock);
    },
  });
  const predictor = createPredictor({
    launch: parseLaunch(text + extra, 'launch.yaml'),
    session,
    clock: { wallMs: () => 0, monotonicMs: () => clock.nowMs },
    newId: () => 'id',
    sink: null,
  });
  /** What each way of predicting ends in for one and the same row. */
  const codes = async (options: PredictOptions) => {
    const codeOf = async (start: () => unknown) => {
      try {
        await start();
        return 'answered';
      } catch (thrown) {
        return (thrown as SlipwayError).code;
      }
    };
    return [
      await codeOf(() => predictor.predict({ x: 1 }, options)),
      await codeOf(() => predictor.predictMany([{ x: 1 }], options)),
      await codeOf(() => predictor.columns({ x: [1] }, options)),
    ];
  };
  return { predictor, clock, codes };
}

describe.each([
  ['a compiled session', false],
  ['an asynchronous session', true],
])('before a run of %s', (_, asynchronous) => {
  test('a caller that is gone, or too late, ends it in every way of predicting: no row reaches the model', async () => {
    const { codes, clock } = predictorOf('', { asynchronous });
    expect(await codes({ limits: gone })).toEqual(['CALLER_GONE', 'CALLER_GONE', 'CALLER_GONE']);
    const late = 'DEADLINE_EXCEEDED';
    expect(await codes({ limits: until(100) })).toEqual([late, late, late]);
    expect(clock.rows).toBe(0);
  });

  test('a deadline that is still ahead, or none at all, lets it pass', async () => {
    const { codes } = predictorOf('', { asynchronous });
    const answered = ['answered', 'answered', 'answered'];
    expect(await codes({ limits: until(100.1) })).toEqual(answered);
    expect(await codes({ limits: until(Number.POSITIVE_INFINITY) })).toEqual(answered);
    expect(await codes({})).toEqual(answered);
  });

  test('a fallback for timeouts answers for a deadline that is past, and nobody for a caller that is gone', async () => {
    const { predictor } = predictorOf(fallback, { asynchronous });
    const answer = await predictor.predict({ x: 1 }, { limits: until(50) });
    expect(answer).toMatchObject({ fallback: { reason: 'timeout' }, fault: { code: 'DEADLINE_EXCEEDED' } });
    const [one] = await predictor.predictMany([{ x: 1 }], { limits: until(50) });
    expect(one).toMatchObject({ fallback: { reason: 'timeout' }, fault: { code: 'DEADLINE_EXCEEDED' } });
    await expect((async () => predictor.predict({ x: 1 }, { limits: gone }))()).rejects.toMatchObject({
      code: 'CALLER_GONE',
    });
  });

  test('the search for culprits ends at the deadline, however many halves are left', async () => {
    const records = Array.from({ length: 128 }, (_, x) => ({ x }));
    // Each row costs a millisecond, and all fail.
    const failing = (_: number, clock: { nowMs: number }) => {
      clock.nowMs += 1;
      throw new Error('no');
    };
    const { predictor, clock } = predictorOf('', { asynchronous, score: failing });
    const answers = (async () => predictor.predictMany(records, { limits: until(105) }))();
    await expect(answers).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(clock.rows).toBe(5);
  });

  test('and it ends when its caller goes', async () => {
    let isGone = false;
    const limits = { ...until(Number.POSITIVE_INFINITY), isCancelled: () => isGone };
    const failing = (x: number) => {
      isGone = x === 0;
      throw new Error('no');
    };
    const { predictor, clock } = predictorOf('', { asynchronous, score: failing });
    const answers = (async () => predictor.predictMany([{ x: 0 }, { x: 1 }, { x: 2 }], { limits }))();
    await expect(answers).rejects.toMatchObject({ code: 'CALLER_GONE' });
    expect(clock.rows).toBe(1);
  });
});

test('a session gets the limits of its call, so that it can end the wait', async () => {
  const seen: (RunLimits | undefined)[] = [];
  const session: Session = {
    ...sumSession(binding, { asynchronous: true, score: () => 0 }),
    run: async (batch, limits) => {
      seen.push(limits);
      return [new Float32Array(batch.rows)];
    },
  };
  const predictor = createPredictor({
    launch: parseLaunch(text, 'launch.yaml'),
    session,
    clock: { wallMs: () => 0, monotonicMs: () => 0 },
    newId: () => 'id',
    sink: null,
  });
  const limits = until(10);
  await predictor.predict({ x: 1 }, { limits });
  await predictor.predictMany([{ x: 1 }], { limits });
  await predictor.columns({ x: [1, null] }, { limits });
  await predictor.predict({ x: 1 });
  expect(seen).toEqual([limits, limits, limits, undefined]);
});

test.each([
  ['a deadline', deadlineExceeded(), 'timeout'],
  ['overload', fail('SESSION_BUSY', { message: 'full' }), 'overload'],
  ['a lost worker', fail('SESSION_STOPPED', { message: 'ended' }), 'error'],
  ['a caller that is gone', callerGone(), null],
  ['a mistake of the caller', fail('RECORD_INVALID', { message: 'x' }), null],
])(
  '%s of a session is answered by the fallback for that reason, with the error beside it, or not at all',
  async (_, error, reason) => {
    const raise = () => {
      throw error;
    };
    const session: Session = { ...sumSession(binding, { score: () => 0 }), run: raise, row: null };
    const predictor = createPredictor({
      launch: parseLaunch(text + fallback, 'launch.yaml'),
      session,
      clock: { wallMs: () => 0, monotonicMs: () => 0 },
      newId: () => 'id',
      sink: null,
    });
    const made = Promise.resolve().then(() => predictor.predict({ x: 1 }));
    if (reason === null) await expect(made).rejects.toBe(error);
    else expect(await made).toMatchObject({ fallback: { reason }, fault: error });
  },
);

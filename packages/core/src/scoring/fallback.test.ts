import { memorySink, sumSession } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { fail } from '../errors/index.ts';
import { parseLaunch } from '../launch/index.ts';
import type { RunLimits, Session } from '../model/index.ts';
import { createPredictor, type Predictor, type PredictorOptions } from './index.ts';

const input = `
slipway: 1
model: m
version: 2.0.0
artifact: model.onnx
input: { x: { type: number, minimum: 0 } }
unit: id
`;
const output = 'output: { y: { type: number, from: y, nullable: true } }\n';
const binding = {
  inputs: [{ input: 'x', type: 'float32', column: 0, width: 1 }],
  outputs: [{ output: 'y', column: 0, type: 'float32', labels: null }],
} as const;

interface Given extends Partial<PredictorOptions> {
  readonly extra?: string;
  readonly score?: (x: number) => number;
  readonly asynchronous?: boolean;
  readonly version?: string;
  readonly outputs?: string;
}

function predictorOf({ extra = '', score = (x) => x, asynchronous = false, ...rest }: Given): Predictor {
  const { version = '2.0.0', outputs = output, ...options } = rest;
  let ids = 0;
  return createPredictor({
    launch: parseLaunch(input.replace('2.0.0', version) + outputs + extra, 'launch.yaml'),
    session: sumSession(binding, { asynchronous, score: ([x]) => score(x as number) }),
    clock: { wallMs: () => 0, monotonicMs: () => 0 },
    newId: () => `${version}-${++ids}`,
    sink: null,
    ...options,
  });
}

/** Raises also what is raised at once. */
const asked = async <T>(start: () => T | Promise<T>) => start();

const constant = 'fallback: { when: [error], use: { y: null } }\n';
const full = fail('SESSION_BUSY', { message: 'full' });
const off = fail('MODEL_SWITCHED_OFF', { message: 'm is switched off.' });

describe('an answer by the fallback without a run of the model', () => {
  const never = () => {
    throw new Error('the model ran');
  };

  test('is given for a model that is switched off, whatever `when` says, and makes its event', async () => {
    const sink = memorySink();
    const predictor = predictorOf({ extra: constant, score: never, sink });
    const made = predictor.fallback({ x: 1, id: 'a' }, off, { source: 'online' });
    expect(made).toMatchObject({ outputs: { y: null }, fallback: { reason: 'switched' }, fault: off });
    expect(sink.events).toMatchObject([{ unit: 'a', fallback: { reason: 'switched' }, version: '2.0.0' }]);
  });

  test('is given for an error only where `when` names its reason; else the error is raised as it is', () => {
    const overload = predictorOf({ extra: constant.replace('error', 'overload'), score: never });
    expect(overload.fallback({ x: 1 }, full)).toMatchObject({ fallback: { reason: 'overload' } });
    expect(() => predictorOf({ extra: constant }).fallback({ x: 1 }, full)).toThrow(full);
    expect(() => predictorOf({}).fallback({ x: 1 }, off)).toThrow(off);
    expect(() => predictorOf({}).fallbackMany([{ x: 1 }], off)).toThrow(off);
  });

  test('hides no mistake of a caller, for one record and for many', async () => {
    const sink = memorySink();
    const predictor = predictorOf({ extra: constant, score: never, sink });
    expect(() => predictor.fallback({ x: -1 }, off)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
    const answers = await predictor.fallbackMany([{ x: 1 }, { x: -1 }, { x: 2 }], off);
    expect(answers).toMatchObject([
      { fallback: { reason: 'switched' } },
      { error: { code: 'RECORD_INVALID' } },
      { fallback: { reason: 'switched' } },
    ]);
    expect(sink.events).toHaveLength(2);
    const strict = () => predictor.fallbackMany([{ x: 1 }, { x: -1 }], off, { strict: true });
    expect(strict).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  });
});

describe('rules', () => {
  const rules = `fallback:
  rules: [{ if: { field: x, at_least: 5 }, use: { y: 1 } }]
  use: { y: 0 }
`;

  test('see each record of many for itself', async () => {
    const broken = () => {
      throw new Error('no');
    };
    const answers = await predictorOf({ extra: rules, score: broken }).predictMany([{ x: 4 }, { x: 5 }]);
    expect(answers).toMatchObject([{ outputs: { y: 0 } }, { outputs: { y: 1 } }]);
  });
});

describe.each([
  ['at once', false],
  ['through promises', true],
])('another version that answers %s', (_, asynchronous) => {
  const byVersion = 'fallback: { version: previous }\n';
  const broken = (x: number) => {
    if (x >= 10) throw new Error('too much');
    return x;
  };
  const previous = (given: Given = {}) =>
    predictorOf({ version: '1.0.0', score: (x) => x + 100, asynchronous, ...given });

  test('gives its own answer, with its own version, marked as a fallback', async () => {
    const sink = memorySink();
    const predictor = predictorOf({ extra: byVersion, score: broken, sink, otherVersion: () => other });
    const other = previous();
    expect(await predictor.predict({ x: 10, id: 'a' })).toMatchObject({
      outputs: { y: 110 },
      version: '1.0.0',
      predictionId: '1.0.0-1',
      fallback: { reason: 'error' },
      fault: { code: 'MODEL_FAILED', message: 'too much' },
    });
    expect(sink.events).toMatchObject([
      { id: '1.0.0-1', version: '1.0.0', unit: 'a', outputs: { y: 110 }, fallback: { reason: 'error' } },
    ]);
  });

  test('makes no event of its own beside that of the version that was asked', async () => {
    const [asked, its] = [memorySink(), memorySink()];
    const predictor = predictorOf({ extra: byVersion, score: broken, sink: asked, otherVersion: () => other });
    const other = previous({ sink: its });
    await predictor.predict({ x: 10 });
    await predictor.predictMany([{ x: 10 }, { x: 1 }, { x: 11 }]);
    expect(asked.events).toHaveLength(4);
    expect(its.events).toEqual([]);
  });

  test('answers those of many records that the model did not, each in its place', async () => {
    const predictor = predictorOf({ extra: byVersion, score: broken, asynchronous, otherVersion: () => other });
    const other = previous();
    const answers = await predictor.predictMany([{ x: 1 }, { x: 10 }, { x: -1 }, { x: 12 }]);
    const told = answers.map((answer) => ('error' in answer ? answer.error.code : [answer.version, answer.outputs.y]));
    expect(told).toEqual([['2.0.0', 1], ['1.0.0', 110], 'RECORD_INVALID', ['1.0.0', 112]]);
  });

  test('that fails itself leaves the error that it should have answered for, also where it has a fallback', async () => {
    const predictor = predictorOf({ extra: byVersion, score: broken, asynchronous, otherVersion: () => other });
    const other = previous({ extra: constant, score: broken });
    await expect(asked(() => predictor.predict({ x: 10 }))).rejects.toMatchObject({ message: 'too much' });
    const [first, second] = await predictor.predictMany([{ x: 10 }, { x: 1 }]);
    expect([first, second]).toMatchObject([{ error: { code: 'MODEL_FAILED' } }, { outputs: { y: 1 } }]);
  });

  test('whose contract refuses the record leaves the error, too', async () => {
    const predictor = predictorOf({ extra: byVersion, score: broken, otherVersion: () => other });
    const other = previous({ launch: parseLaunch(input.replace('minimum: 0', 'maximum: 5') + output, 'launch.yaml') });
    await expect(asked(() => predictor.predict({ x: 10 }))).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  });

  test('that is not there, or is the version itself, ends in the error and in no circle', async () => {
    const alone = predictorOf({ extra: byVersion, score: broken, asynchronous, otherVersion: () => null });
    await expect(asked(() => alone.predict({ x: 10 }))).rejects.toMatchObject({ message: 'too much' });
    const itself: Predictor = predictorOf({
      extra: byVersion,
      score: broken,
      asynchronous,
      otherVersion: (): Predictor => itself,
    });
    await expect(asked(() => itself.predict({ x: 10 }))).rejects.toMatchObject({ message: 'too much' });
    expect(await itself.predictMany([{ x: 10 }])).toMatchObject([{ error: { message: 'too much' } }]);
  });

  test('answers for a model that is switched off', async () => {
    const predictor = predictorOf({ extra: byVersion, otherVersion: () => other });
    const other = previous();
    expect(await predictor.fallback({ x: 1 }, off)).toMatchObject({
      outputs: { y: 101 },
      fallback: { reason: 'switched' },
    });
    const answers = await predictor.fallbackMany([{ x: 1 }, { x: 2 }], off);
    expect(answers).toMatchObject([{ outputs: { y: 101 } }, { outputs: { y: 102 } }]);
  });
});

describe('the time of another version', () => {
  const byVersion = 'fallback: { version: previous }\n';
  const until = (deadlineMs: number): RunLimits => ({ deadlineMs, isCancelled: () => false, onCancel: () => {} });

  /** A session that is late at the deadline that it is given, which it writes down. */
  function lateSession(seen: (number | undefined)[], clock: { nowMs: number }): Session {
    return {
      ...sumSession(binding, { asynchronous: true, score: () => 0 }),
      run: async (_, limits) => {
        seen.push(limits?.deadlineMs);
        clock.nowMs = limits?.deadlineMs ?? Number.POSITIVE_INFINITY;
        throw fail('DEADLINE_EXCEEDED', { message: 'late' });
      },
    };
  }

  test('is a fifth of what there is, where it takes any, so that it answers before the deadline', async () => {
    const clock = { nowMs: 100 };
    const seen: (number | undefined)[] = [];
    const given = { clock: { wallMs: () => 0, monotonicMs: () => clock.nowMs } };
    const other = predictorOf({ version: '1.0.0', asynchronous: true, ...given });
    const session = lateSession(seen, clock);
    const predictor = predictorOf({ extra: byVersion, ...given, session, otherVersion: () => other });
    const answer = await predictor.predict({ x: 7 }, { limits: until(200) });
    expect(seen).toEqual([180]);
    expect(answer).toMatchObject({ outputs: { y: 7 }, fallback: { reason: 'timeout' } });
    clock.nowMs = 100;
    expect(await predictor.predictMany([{ x: 7 }], { limits: until(200) })).toMatchObject([{ outputs: { y: 7 } }]);
    expect(seen).toEqual([180, 180]);
  });

  test('is not taken from the model where it takes none: a compiled version answers after the deadline, too', async () => {
    const clock = { nowMs: 100 };
    const seen: (number | undefined)[] = [];
    const given = { clock: { wallMs: () => 0, monotonicMs: () => clock.nowMs } };
    const other = predictorOf({ version: '1.0.0', ...given });
    const session = lateSession(seen, clock);
    const predictor = predictorOf({ extra: byVersion, ...given, session, otherVersion: () => other });
    expect(await predictor.predict({ x: 7 }, { limits: until(200) })).toMatchObject({ outputs: { y: 7 } });
    expect(seen).toEqual([200]);
  });
});

test('a plain prediction is the model’s own: no fallback answers for it, and it makes no event', async () => {
  const sink = memorySink();
  const broken = (x: number) => {
    if (x > 5) throw new Error('no');
    return x;
  };
  const predictor = predictorOf({ extra: constant, score: broken, sink });
  expect(() => predictor.predict({ x: 6 }, { plain: true })).toThrow('no');
  expect(await predictor.predictMany([{ x: 6 }], { plain: true })).toMatchObject([{ error: { message: 'no' } }]);
  await predictor.predict({ x: 1 }, { plain: true });
  await predictor.predictMany([{ x: 1 }], { plain: true });
  await predictor.columns({ x: [1] }, { plain: true });
  expect(sink.events).toEqual([]);
});

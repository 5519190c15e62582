import { concurrencyLimit, fail, parseLaunch } from '@slipway/core';
import { learnerLaunch, memorySink } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { testModel } from '../fixtures/open-test-server.ts';
import { guardedPredictor } from './guarded-predictor.ts';

const record = { hours_studied: 3, quiz_score: 83 };
const fallback = `
fallback: { when: [overload], use: { risk_score: null, needs_support: null } }
`;

function start(extra = '') {
  const gate = Promise.withResolvers<void>();
  const sink = memorySink();
  const { predictor } = testModel(parseLaunch(learnerLaunch + extra, 'launch.yaml'), sink, gate.promise);
  const limit = concurrencyLimit({ goalMs: 10, rowsMin: 2, rowsMax: 2 });
  const now = { ms: 0, isOff: false };
  const guarded = guardedPredictor(predictor, { limit, isSwitchedOff: () => now.isOff, monotonicMs: () => now.ms });
  return { guarded, limit, gate, now, sink };
}

test('calls beyond the limit are turned away at once, and those inside are answered', async () => {
  const { guarded, limit, gate } = start();
  const inside = [guarded.predict(record), guarded.predict(record)];
  expect(() => guarded.predict(record)).toThrow('2 records are at work already');
  expect(() => guarded.predictMany([record, record])).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  gate.resolve();
  expect(await Promise.all(inside)).toMatchObject([{ outputs: { risk_score: 0.83 } }, {}]);
  expect(limit.rowsInside).toBe(0);
  expect(await guarded.predictMany([record, record])).toHaveLength(2);
});

test('the fallback for overload answers in place of the model, and says so; a wrong record stays wrong', async () => {
  const { guarded, gate, sink } = start(fallback);
  const inside = [guarded.predict(record), guarded.predict(record)];
  expect(guarded.predict(record)).toMatchObject({ outputs: { risk_score: null }, fallback: { reason: 'overload' } });
  expect(() => guarded.predict({ quiz_score: 1 })).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  expect(sink.events).toMatchObject([{ fallback: { reason: 'overload' } }]);
  gate.resolve();
  await Promise.all(inside);
});

test('calls that end early or fail give their place back', async () => {
  const { guarded, limit, gate } = start();
  expect(() => guarded.predict({})).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  expect(limit.rowsInside).toBe(0);
  const failing = guarded.predict({ ...record, hours_studied: 13 });
  gate.resolve();
  await expect(failing).rejects.toMatchObject({ code: 'MODEL_FAILED' });
  expect(limit.rowsInside).toBe(0);
});

test('a model that is switched off answers by its fallback whatever it is for, or says that it is off', () => {
  const { guarded, now } = start(fallback);
  now.isOff = true;
  expect(guarded.predict(record)).toMatchObject({ outputs: { risk_score: null }, fallback: { reason: 'switched' } });
  const bare = start();
  bare.now.isOff = true;
  expect(() => bare.guarded.predict(record)).toThrow(expect.objectContaining({ code: 'MODEL_SWITCHED_OFF' }));
  expect(fail('MODEL_SWITCHED_OFF', { message: 'It is off.' }).kind).toBe('unavailable');
});

test('columns are counted by their rows, whatever their form', () => {
  const { guarded, limit } = start();
  const one = new Float64Array([1]);
  const feature = { kind: 'number', values: new Float64Array([1, 2, 3]), width: 1, present: null } as const;
  const calls = [guarded.columns({ hours_studied: one, quiz_score: one })];
  expect(limit.rowsInside).toBe(1);
  expect(() => guarded.columns({ hours_studied: feature, quiz_score: feature })).toThrow('1 record is at work already');
  calls.push(guarded.columns({ hours_studied: [5], quiz_score: [50] }));
  expect(limit.rowsInside).toBe(2);
});

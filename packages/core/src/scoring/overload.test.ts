import { expect, test } from 'vitest';
import { fail } from '../errors/index.ts';
import { parseLaunch } from '../launch/index.ts';
import type { Session } from '../model/index.ts';
import { createPredictor } from './index.ts';

const text = `
slipway: 1
model: picture
version: 1.0.0
artifact: model.onnx
input: { x: { type: number } }
output: { y: { type: number, from: y, nullable: true } }
`;
const binding = {
  inputs: [{ input: 'x', type: 'float32', column: 0, width: 1 }],
  outputs: [{ output: 'y', column: 0, type: 'float32', labels: null }],
} as const;

/** A session before which as many calls wait as may. */
const busy: Session = {
  engine: 'onnxruntime',
  binding,
  run: async () => {
    throw fail('SESSION_BUSY', { message: '1000 calls wait for the model already.' });
  },
  row: null,
  close: async () => {},
};

function predictorOf(extra: string) {
  const clock = { wallMs: () => 0, monotonicMs: () => 0 };
  return createPredictor({
    launch: parseLaunch(text + extra, 'launch.yaml'),
    session: busy,
    clock,
    newId: () => 'id',
    sink: null,
  });
}

test('a session that is busy is told to the caller as it is: for many records once, since none of them is to blame', async () => {
  const predictor = predictorOf('');
  const busy = { code: 'SESSION_BUSY', kind: 'overloaded' };
  await expect(predictor.predict({ x: 1 })).rejects.toMatchObject(busy);
  await expect(predictor.predictMany([{ x: 1 }, { x: 'no' }, { x: 2 }])).rejects.toMatchObject(busy);
});

test('with a fallback for overload many records are answered in their places, a bad one with its own error', async () => {
  const predictor = predictorOf('fallback: { when: [overload], use: { y: null } }\n');
  const answers = await predictor.predictMany([{ x: 1 }, { x: 'no' }, { x: 2 }]);
  expect(answers.map((answer) => ('error' in answer ? answer.error.code : answer.fallback?.reason))).toEqual([
    'overload',
    'RECORD_INVALID',
    'overload',
  ]);
});

test('a fallback for overload answers in its place, and one for errors alone does not', async () => {
  const overload = predictorOf('fallback: { when: [overload], use: { y: null } }\n');
  expect(await overload.predict({ x: 1 })).toMatchObject({ outputs: { y: null }, fallback: { reason: 'overload' } });
  expect(await overload.predictMany([{ x: 1 }])).toMatchObject([{ fallback: { reason: 'overload' } }]);
  const error = predictorOf('fallback: { when: [error], use: { y: null } }\n');
  await expect(error.predict({ x: 1 })).rejects.toMatchObject({ code: 'SESSION_BUSY' });
});

import { type Launch, type PredictionEvent, type PredictionEvents, parseLaunch } from '@slipway/core';
import { sumSession } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import {
  createPredictor,
  type Prediction,
  type Predictor,
  type PredictorOptions,
  type Refusal,
  toJson,
} from './index.ts';

const text = `
slipway: 1
model: learner-risk
version: 1.2.0
artifact: model.onnx
input:
  hours: { type: number, minimum: 0, maximum: 168 }
  quiz: { type: number, minimum: 0, maximum: 100 }
unit: learner_id
context: [cohort]
output:
  risk: { type: number, minimum: 0, maximum: 1, from: scores, index: 0, nullable: true }
  needs_support: { type: boolean, threshold: { on: risk, at: 0.7 }, nullable: true }
`;
const fallback = 'fallback: { when: [error], use: { risk: null, needs_support: null } }\n';
const binding = {
  inputs: [
    { input: 'x', type: 'float32', column: 0, width: 1 },
    { input: 'x', type: 'float32', column: 1, width: 1 },
  ],
  outputs: [{ output: 'scores', column: 0, type: 'float32', labels: null }],
} as const;

/** The score is quiz / 100; 13 hours break the model, 14 hours break the output contract. */
function score([hours, quiz]: readonly number[]): number {
  if (hours === 13) throw new Error('division by thirteen');
  return hours === 14 ? 2 : (quiz ?? 0) / 100;
}

function predictorOf(launch: Launch, asynchronous: boolean, parts: Partial<PredictorOptions> = {}): Predictor {
  let id = 0;
  const clock = { wallMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => 5 };
  const session = sumSession(binding, { score, asynchronous });
  return createPredictor({ launch, session, clock, newId: () => `id-${++id}`, sink: null, ...parts });
}

function memorySink() {
  const events: PredictionEvent[] = [];
  return {
    events,
    write: (batch: PredictionEvents) => {
      for (let index = 0; index < batch.count; index++) {
        const event = batch.event(index);
        events.push(event);
        // The text of an event is written by hand, and is the event all the same.
        if (batch.text !== undefined) expect(batch.text(index)).toBe(JSON.stringify(event));
      }
    },
    flush: async () => {},
    close: async () => {},
  };
}

describe.each([
  ['a synchronous session', false],
  ['an asynchronous session', true],
])('with %s', (_, asynchronous) => {
  const launch = parseLaunch(text, 'launch.yaml');
  const withFallback = parseLaunch(text + fallback, 'launch.yaml');

  test('one record is answered with score, decision, threshold, id, model and version', async () => {
    const answer = await predictorOf(launch, asynchronous).predict({ hours: 1, quiz: 83, learner_id: 'a' });
    expect(toJson(answer)).toEqual({
      risk: 0.83,
      needs_support: true,
      thresholds: { needs_support: 0.7 },
      prediction_id: 'id-1',
      model: 'learner-risk',
      version: '1.2.0',
    });
  });

  test('the threshold is rounded once to the type of the score, so that a score of exactly 0.7 decides yes', async () => {
    const answer = await predictorOf(launch, asynchronous).predict({ hours: 1, quiz: 70 });
    expect(answer.outputs).toEqual({ risk: 0.7, needs_support: true });
  });

  test('a bad record is refused with its issues, also where a fallback exists: it never hides a mistake', async () => {
    const predictor = predictorOf(withFallback, asynchronous);
    const failure = await Promise.resolve()
      .then(() => predictor.predict({ hours: 1 }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'RECORD_INVALID',
      details: { issues: [{ field: 'quiz', rule: 'required' }] },
    });
  });

  test('a failing model raises MODEL_FAILED, and a wrong output OUTPUT_VIOLATION', async () => {
    const predictor = predictorOf(launch, asynchronous);
    const codeOf = (record: object) =>
      Promise.resolve()
        .then(() => predictor.predict(record))
        .catch((error: { code: string }) => error.code);
    expect(await codeOf({ hours: 13, quiz: 1 })).toBe('MODEL_FAILED');
    expect(await codeOf({ hours: 14, quiz: 1 })).toBe('OUTPUT_VIOLATION');
  });

  test('a fallback for errors answers in their place and says so', async () => {
    const answer = await predictorOf(withFallback, asynchronous).predict({ hours: 13, quiz: 1 });
    expect(toJson(answer)).toMatchObject({ risk: null, needs_support: null, fallback: { reason: 'error' } });
  });

  test('many records are answered in order, each bad one in its own place', async () => {
    const records = [
      { hours: 1, quiz: 10 },
      { hours: 1, quiz: 1000 },
      { hours: 13, quiz: 1 },
      { hours: 14, quiz: 1 },
      { hours: 1, quiz: 90 },
    ];
    const answers = await predictorOf(launch, asynchronous).predictMany(records);
    const told = answers.map((answer: Prediction | Refusal) =>
      'error' in answer ? answer.error.code : answer.outputs.risk,
    );
    expect(told).toEqual([0.1, 'RECORD_INVALID', 'MODEL_FAILED', 'OUTPUT_VIOLATION', 0.9]);
  });

  test('columns give the scores of the records, and list the rows that cannot be scored with the reason', async () => {
    const columns = { hours: [1, 1, 13, 14, null, 1], quiz: [10, 1000, 1, 1, 1, 70] };
    const answer = await predictorOf(withFallback, asynchronous).columns(columns);
    expect(answer.refused).toEqual([1, 2, 3, 4]);
    expect([...answer.modelFaults.keys()]).toEqual([2, 3]);
    expect(answer.modelFaults.get(2)).toBe('division by thirteen');
    const [risk, needsSupport] = answer.fields;
    expect([risk?.values[0], risk?.values[5]]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
    expect([needsSupport?.values[0], needsSupport?.values[5]]).toEqual([0, 1]);
  });

  test('a model that fails on every row is an error of the model, not of thousands of rows', async () => {
    const hours = new Float64Array(5000).fill(13);
    const failure = await Promise.resolve()
      .then(() => predictorOf(launch, asynchronous).columns({ hours, quiz: hours }))
      .catch((error: { code: string }) => error.code);
    expect(failure).toBe('MODEL_FAILED');
  });

  test('every prediction makes one event, from every way of predicting', async () => {
    const sink = memorySink();
    const predictor = predictorOf(launch, asynchronous, { sink });
    const record = { hours: 1, quiz: 83, learner_id: 7, cohort: 'spring' };
    await predictor.predict(record, { source: 'online' });
    await predictor.predictMany([record, { hours: -1, quiz: 1 }]);
    await predictor.columns(
      { hours: [1, -1], quiz: [83, 1], learner_id: ['7', '8'], cohort: ['spring', 'x'] },
      { source: 'batch' },
    );
    expect(sink.events).toHaveLength(3);
    expect(sink.events[0]).toEqual({
      kind: 'prediction',
      id: 'id-1',
      at: '2026-01-01T00:00:00.000Z',
      model: 'learner-risk',
      version: '1.2.0',
      variant: 'stable',
      unit: '7',
      context: { cohort: 'spring' },
      inputs: { hours: 1, quiz: 83 },
      outputs: { risk: 0.83, needs_support: true },
      latency_ms: 0,
      fallback: null,
      source: 'online',
    });
    for (const event of sink.events.slice(1)) {
      const { id, latency_ms, source, ...rest } = event;
      expect(sink.events[0]).toMatchObject(rest);
    }
    expect(sink.events.map((event) => event.source)).toEqual(['online', 'library', 'batch']);
  });

  test('a strict request is refused whole, with the place of every bad record, and makes no event', async () => {
    const sink = memorySink();
    const predictor = predictorOf(launch, asynchronous, { sink });
    const failureOf = (records: readonly object[]) =>
      Promise.resolve()
        .then(() => predictor.predictMany(records, { strict: true }))
        .catch((error: unknown) => error);
    const good = { hours: 1, quiz: 10 };
    expect(await failureOf([good, { hours: 1, quiz: 1000 }, { hours: 1 }])).toMatchObject({
      code: 'RECORD_INVALID',
      where: 'records[1]',
      details: {
        issues: [
          { record: 1, field: 'quiz', rule: 'maximum' },
          { record: 2, field: 'quiz', rule: 'required' },
        ],
      },
    });
    expect(await failureOf([good, { hours: 14, quiz: 1 }])).toMatchObject({ code: 'OUTPUT_VIOLATION' });
    expect(sink.events).toEqual([]);
    expect(await failureOf([good])).toHaveLength(1);
    expect(sink.events).toHaveLength(1);
  });

  test('a redacted field is in no event', async () => {
    const sink = memorySink();
    const redacting = parseLaunch(
      `${text}monitoring: { metrics: [latency], redact: [learner_id, quiz] }`,
      'launch.yaml',
    );
    const predictor = predictorOf(redacting, asynchronous, { sink });
    await predictor.predict({ hours: 1, quiz: 83, learner_id: 7, cohort: 'spring' });
    expect(sink.events[0]).toMatchObject({ unit: null, context: { cohort: 'spring' }, inputs: { hours: 1 } });
    expect(sink.events[0]?.inputs).not.toHaveProperty('quiz');
  });
});

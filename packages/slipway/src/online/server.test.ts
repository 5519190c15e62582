import { describe, expect, test } from 'vitest';
import { openTestServer } from './fixtures/open-test-server.ts';

const good = { hours_studied: 3, quiz_score: 83, learner_id: 'L1', cohort: 'spring', mentor_id: 'M7' };
const answerOf = (id: number, risk: number) => ({
  risk_score: risk,
  needs_support: risk >= 0.7,
  thresholds: { needs_support: 0.7 },
  prediction_id: `prediction-${id}`,
  model: 'learner-risk',
  version: '1.0.0',
});

describe('POST /predict', () => {
  test('answers one record with outputs, thresholds, prediction id, model and version', async () => {
    const { post } = openTestServer();
    const answer = await post(good);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toBe(JSON.stringify(answerOf(1, 0.83)));
  });

  test('answers under the name of the model too', async () => {
    const { post } = openTestServer();
    expect((await post(good, { url: '/models/learner-risk/predict' })).json()).toEqual(answerOf(1, 0.83));
  });

  test('answers many in order, each bad one with its error in its place', async () => {
    const { post, lines } = openTestServer();
    const records = [good, { ...good, quiz_score: 101 }, { ...good, hours_studied: 13 }, { ...good, quiz_score: 10 }];
    const answer = await post({ records });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      predictions: [
        answerOf(1, 0.83),
        {
          error: {
            code: 'RECORD_INVALID',
            message: 'quiz_score is 101; it must be a number from 0 to 100',
            where: 'records[1]',
            hint: 'Correct the fields that the message names.',
            issues: [
              {
                field: 'quiz_score',
                rule: 'maximum',
                value: 101,
                message: 'quiz_score is 101; it must be a number from 0 to 100',
              },
            ],
          },
        },
        {
          error: {
            code: 'MODEL_FAILED',
            message: 'The model raised an error while it ran.',
            hint: 'Report the request id to the owner of the service; its log has the cause.',
          },
        },
        answerOf(2, 0.1),
      ],
    });
    expect((await post({ records: [] })).json()).toEqual({ predictions: [] });
    const fault = lines.find(({ level }) => level === 'error');
    expect(fault?.fields).toMatchObject({ request: answer.headers['x-request-id'], err: { code: 'MODEL_FAILED' } });
  });

  test('with strict one bad record refuses them all, and says which', async () => {
    const { post, sink } = openTestServer();
    const answer = await post({ records: [good, { ...good, quiz_score: 101 }], strict: true });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({
      code: 'RECORD_INVALID',
      where: 'records[1]',
      issues: [{ record: 1, field: 'quiz_score', rule: 'maximum' }],
    });
    expect(sink.events).toEqual([]);
    expect((await post({ records: [good], strict: true })).statusCode).toBe(200);
  });

  test('a failing model is a 500 without its reason, which the log has', async () => {
    const { post, lines } = openTestServer();
    const answer = await post({ ...good, hours_studied: 13 });
    expect(answer.statusCode).toBe(500);
    expect(answer.json().error.message).toBe('The model raised an error while it ran.');
    expect(answer.body).not.toContain('thirteen');
    expect(lines.at(-1)).toMatchObject({ level: 'error', fields: { code: 'MODEL_FAILED', status: 500 } });
    expect(lines.at(-1)?.fields.err).toMatchObject({ message: expect.stringContaining('thirteen') });
  });

  test('a fallback is a 200 that says so, in answer, header, log and metrics', async () => {
    const extra = 'fallback: { when: [error], use: { risk_score: null, needs_support: null } }\n';
    const { post, lines, meter } = openTestServer({ extra });
    const answer = await post({ ...good, hours_studied: 13 });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['x-slipway-fallback']).toBe('error');
    expect(answer.json()).toMatchObject({ risk_score: null, needs_support: null, fallback: { reason: 'error' } });
    expect(lines.at(-1)?.fields).toMatchObject({ fallback: 'error', fallbacks: 1 });
    const many = await post({ records: [good, { ...good, hours_studied: 13 }] });
    expect(many.headers['x-slipway-fallback']).toBe('error');
    expect(await meter.text()).toContain(
      'slipway_fallbacks_total{model="learner-risk",version="1.0.0",reason="error"} 2',
    );
  });

  test('an asynchronous engine is answered just the same', async () => {
    const { post } = openTestServer({ gate: Promise.resolve() });
    expect((await post(good)).json()).toEqual(answerOf(1, 0.83));
    expect((await post({ ...good, hours_studied: 13 })).statusCode).toBe(500);
    expect((await post({ records: [good] })).json()).toEqual({ predictions: [answerOf(2, 0.83)] });
  });

  test('every prediction makes one event, whose source is online', async () => {
    const { post, sink } = openTestServer();
    await post(good);
    await post({ records: [good, { ...good, quiz_score: 101 }] });
    expect(sink.events.map(({ id, source, unit }) => [id, source, unit])).toEqual([
      ['prediction-1', 'online', 'L1'],
      ['prediction-2', 'online', 'L1'],
    ]);
  });
});

describe('the request id', () => {
  test.each(['abc-123', 'a"b\\c'])('%s comes back, in the header and in errors', async (id) => {
    const { post, lines } = openTestServer();
    const headers = { 'x-request-id': id };
    expect((await post(good, { headers })).headers['x-request-id']).toBe(id);
    expect((await post({}, { headers })).json().error.request_id).toBe(id);
    expect(lines.map(({ fields }) => fields.request)).toEqual([id, id]);
  });

  test.each(['', 'with blank', 'é', 'x'.repeat(129)])('%j is not echoed; a new one is made', async (id) => {
    const { post } = openTestServer();
    const answers = [await post(good, { headers: { 'x-request-id': id } }), await post(good)];
    const ids = answers.map((answer) => String(answer.headers['x-request-id']));
    for (const made of ids) expect(made).toMatch(/^[0-9a-f]{10}-[0-9a-z]+$/);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('pages', () => {
  test('live answers before a model is open; ready, the contract and predictions do not', async () => {
    const { app, post } = openTestServer({ empty: true });
    const get = (url: string) => app.inject({ method: 'GET', url });
    expect((await get('/health/live')).json()).toEqual({ live: true });
    for (const answer of [await get('/health/ready'), await get('/openapi.json'), await post(good)]) {
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.json().error.code).toBe('MODEL_NOT_READY');
    }
    expect((await get('/')).json()).toMatchObject({ models: [] });
  });

  test('ready names what is served', async () => {
    const { app } = openTestServer();
    expect((await app.inject({ method: 'GET', url: '/health/ready' })).json()).toEqual({
      ready: true,
      models: [
        {
          model: 'learner-risk',
          version: '1.0.0',
          alias: null,
          state: 'ready',
          switched_off: false,
          switched_by: [],
          engine: 'compiled',
          digest: `sha256:${'0'.repeat(64)}`,
          reason: null,
        },
      ],
    });
  });

  test('while it drains, the server answers but is not ready, and asks for no more on a connection', async () => {
    const { app, post, state } = openTestServer();
    state.draining = true;
    const ready = await app.inject({ method: 'GET', url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json().error.code).toBe('SERVER_DRAINING');
    const answer = await post(good);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.connection).toBe('close');
    expect((await app.inject({ method: 'GET', url: '/health/live' })).statusCode).toBe(200);
  });

  test('after the drain delay a request is told to go elsewhere', async () => {
    const { post, state } = openTestServer();
    Object.assign(state, { draining: true, refusing: true });
    const answer = await post(good);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    expect(answer.json().error.code).toBe('SERVER_DRAINING');
  });

  test('the index points to the rest', async () => {
    const { app } = openTestServer();
    const index = (await app.inject({ method: 'GET', url: '/' })).json();
    expect(index).toMatchObject({ slipway: '0.0.0', models: [{ model: 'learner-risk', version: '1.0.0' }] });
    for (const path of [index.openapi, index.live, index.ready, index.metrics]) {
      expect((await app.inject({ method: 'GET', url: path })).statusCode).toBe(200);
    }
  });
});

describe('the log', () => {
  test('has one line a request with what is known of it, and no value of a record', async () => {
    const { app, post, lines } = openTestServer();
    await post({ ...good, mentor_id: 'secret-mentor' });
    await post({ ...good, learner_id: 'secret-learner', quiz_score: 987_654 });
    await post({ records: [good, { ...good, cohort: { secret: 'secret-cohort' } }] });
    await app.inject({ method: 'GET', url: '/health/live' });
    expect(lines.map(({ level, fields }) => [level, fields.route, fields.status])).toEqual([
      ['info', 'POST /predict', 200],
      ['info', 'POST /predict', 400],
      ['info', 'POST /predict', 200],
      ['debug', 'GET /health/live', 200],
    ]);
    expect(lines[0]?.fields).toMatchObject({ records: 1, ms: expect.any(Number), request: expect.any(String) });
    expect(lines[1]?.fields).toMatchObject({ code: 'RECORD_INVALID', issues: ['quiz_score: maximum'] });
    expect(lines[2]?.fields).toMatchObject({ records: 2, refused: 1 });
    expect(JSON.stringify(lines)).not.toMatch(/secret|987654/);
  });
});

import { fail, parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { openTestServer, type TestServerOptions } from '../fixtures/open-test-server.ts';
import { faultsOf } from '../fixtures/schema-faults.ts';
import { openApiDocument } from '../openapi/document.ts';
import type { Access } from '../ports.ts';

const launch = parseLaunch(learnerLaunch, 'launch.yaml');
const record = { hours_studied: 3, quiz_score: 83 };
const fallback = 'fallback: { when: [error], use: { risk_score: null, needs_support: null } }\n';

type Paths = Readonly<Record<string, { readonly post: { readonly responses: Readonly<Record<string, Answer>> } }>>;
interface Answer {
  readonly content: { readonly 'application/json': { readonly schema: object } };
}
const paths = openApiDocument(launch, '0.0.0').paths as Paths;

describe('each answer is as the document says', () => {
  type Case = [verb: string, status: number, body: unknown, options?: TestServerOptions & { readonly type?: string }];
  const cases: Case[] = [
    ['fallback', 200, { on: true }],
    ['fallback', 400, { on: 'yes' }],
    ['fallback', 400, { on: true, why: 'not here' }],
    ['fallback', 400, []],
    ['fallback', 400, '{'],
    ['fallback', 413, ' '.repeat(2_000_000)],
    ['fallback', 415, { on: true }, { type: 'text/plain' }],
    ['fallback', 503, { on: true }, { empty: true }],
    ['load', 400, { on: true }],
    ['load', 500, {}],
    ['load', 404, {}, { empty: true }],
    ['unload', 200, ''],
    ['unload', 400, { force: true }],
    ['unload', 404, {}, { empty: true }],
  ];

  test.each(cases)('%s %i for %j', async (...words) => {
    const [verb, status, body, { type = 'application/json', ...options } = {}] = words as Case;
    const { post } = openTestServer(options);
    const answer = await post(body, { url: `/models/learner-risk/${verb}`, headers: { 'content-type': type } });
    expect(answer.statusCode).toBe(status);
    const schema = paths[`/models/{model}/${verb}`]?.post.responses[status]?.content['application/json'].schema;
    expect(faultsOf(launch, schema ?? {}, answer.json())).toBeNull();
  });
});

test('the switch has the fallback answer, marked, until it is turned back; the server says so everywhere', async () => {
  const { app, post, lines } = openTestServer({ extra: fallback });
  const url = '/models/learner-risk/fallback';
  expect((await post({ on: true }, { url })).json()).toEqual({ model: 'learner-risk', on: true, by: ['server'] });
  const answer = await post(record);
  expect(answer.json()).toMatchObject({ risk_score: null, fallback: { reason: 'switched' } });
  expect(answer.headers['x-slipway-fallback']).toBe('switched');
  const get = async (path: string) => (await app.inject({ method: 'GET', url: path })).body;
  expect(JSON.parse(await get('/models'))).toMatchObject({ models: [{ switched_off: true, switched_by: ['server'] }] });
  expect(await get('/metrics')).toContain('slipway_model_switched_off{model="learner-risk"} 1');
  expect(lines).toContainEqual(expect.objectContaining({ message: 'the model is switched off; its fallback answers' }));
  await post({ on: false }, { url });
  expect((await post(record)).json()).toMatchObject({ risk_score: 0.83 });
  expect(await get('/metrics')).not.toContain('slipway_model_switched_off{');
});

test('without a fallback a model that is switched off answers 503, and a slip in the name switches nothing', async () => {
  const { post } = openTestServer();
  const wrong = await post({ on: true }, { url: '/models/learner-risc/fallback' });
  expect(wrong.json().error).toMatchObject({ code: 'MODEL_NOT_FOUND', hint: 'Did you mean learner-risk?' });
  await post({ on: true }, { url: '/models/learner-risk/fallback' });
  const answer = await post(record);
  expect(answer.statusCode).toBe(503);
  expect(answer.json().error.code).toBe('MODEL_SWITCHED_OFF');
});

test('who may predict alone may switch, load and unload nothing', async () => {
  const access: Access = {
    check(_, { scope }) {
      if (scope === 'operate') throw fail('FORBIDDEN', { message: 'not you' });
      return { name: 'a reader' };
    },
  };
  const { post } = openTestServer({ access });
  for (const verb of ['fallback', 'load', 'unload'])
    expect((await post({}, { url: `/models/learner-risk/${verb}` })).statusCode).toBe(403);
  expect((await post(record)).statusCode).toBe(200);
});

test.each([
  [{ origin: 'http://evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: 'http://localhost:80', host: 'localhost:80', 'sec-fetch-site': 'same-origin' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
  [{}, 200],
] as const)('a page with %o may change what is served: %i', async (headers, status) => {
  const { post } = openTestServer({ extra: fallback });
  for (const url of ['/models/learner-risk/fallback', '/v2/repository/index']) {
    const body = url.endsWith('fallback') ? { on: true } : {};
    expect((await post(body, { url, headers })).statusCode).toBe(status);
  }
  expect((await post(record)).json().fallback?.reason).toBe(status === 200 ? 'switched' : undefined);
});

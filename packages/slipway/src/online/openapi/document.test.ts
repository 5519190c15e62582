import { Validator } from '@seriousme/openapi-schema-validator';
import { compileRecordReader, newRow, parseLaunch, rowLayout } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createAccess } from '../access/access.ts';
import { createRateLimiter } from '../access/rate-limiter.ts';
import { openTestServer, type TestServerOptions } from '../fixtures/open-test-server.ts';
import { faultsOf } from '../fixtures/schema-faults.ts';
import type { Access } from '../ports.ts';
import { openApiDocument } from './document.ts';
import { exampleRecord } from './example-record.ts';

const fallback = 'fallback: { when: [error], use: { risk_score: null, needs_support: null } }\n';
const everyKind = `
slipway: 1
model: every-kind
version: 2.0.0
artifact: model.onnx
input:
  count: { type: integer, exclusiveMinimum: 0, maximum: 1 }
  low: { type: number, maximum: -5 }
  open: { type: number, exclusiveMinimum: 10 }
  free: { type: number, missing: 7 }
  isNew: { type: boolean, missing: null }
  plan: { type: string, enum: [basic, pro] }
  note: { type: string, maxLength: 3 }
  image: { type: array, shape: [2, 2], minimum: 0, maximum: 255 }
output:
  score: { type: number, from: scores, description: How it went. }
  label: { type: string, from: labels, enum: [good, bad], nullable: true }
  parts: { type: array, shape: [2], from: parts }
`;
const launches = {
  learner: learnerLaunch,
  'learner with a fallback': learnerLaunch + fallback,
  'every kind': everyKind,
};
const good = { hours_studied: 3, quiz_score: 83 };

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

describe.each(Object.entries(launches))('the document of %s', (_, text) => {
  const launch = parseLaunch(text, 'launch.yaml');

  test('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApiDocument(launch, '0.0.0')));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test('has an example that the contract accepts, and so does its own schema', () => {
    const record = exampleRecord(launch.input);
    const layout = rowLayout(launch.input);
    expect(compileRecordReader(launch.input, layout)(record, newRow(layout))).toBeNull();
    expect(faultsOf(launch, '#/components/schemas/Record', record)).toBeNull();
  });
});

describe('what the server answers is what the document says', () => {
  const provoked: Readonly<Record<string, (path: string) => Promise<LightMyRequestResponse>>> = {
    'post 200': (path) => predict(path, good),
    'post 400': (path) => predict(path, { quiz_score: 1 }),
    'post 401': (path) => predict(path, good, { access: closed('predict') }),
    'post 403': (path) => predict(path, good, { access: closed('operate') }, { authorization: 'Bearer key' }),
    'post 429': async (path) => {
      const { post } = openTestServer({ extra: 'online: { rate: 1/h }\n' });
      await post(good, { url: path });
      return post(good, { url: path });
    },
    'post 404': () => predict('/models/other/predict', good),
    'post 413': (path) => predict(path, { records: [good, good] }, { extra: 'online: { records: 1 }\n' }),
    'post 415': (path) => predict(path, good, {}, { 'content-type': 'text/plain' }),
    'post 500': (path) => predict(path, { ...good, hours_studied: 13 }),
    'post 503': (path) => predict(path, good, { empty: true }),
    'post 504': (path) => predict(path, good, {}, { 'x-slipway-timeout-ms': '0.5' }),
    'get 200': (path) => openTestServer().app.inject({ method: 'GET', url: path }),
    'get 503': (path) => openTestServer({ empty: true }).app.inject({ method: 'GET', url: path }),
  };

  const launch = parseLaunch(learnerLaunch, 'launch.yaml');
  const paths = openApiDocument(launch, '0.0.0').paths as Paths;
  // The routes of operators are held to the document beside them.
  const named = Object.entries(paths).filter(([path]) => !/^\/v2|\/(fallback|load|unload)$/.test(path));
  const cases = named.flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => ({ path, method, status })),
    ),
  );

  test.each(cases)('$method $path $status', async ({ path, method, status }) => {
    const answer = await provoked[`${method} ${status}`]?.(
      path.replace('{model}', 'learner-risk').replace('{version}', '1.0.0'),
    );
    expect(String(answer?.statusCode)).toBe(status);
    const [type, content] = Object.entries(paths[path]?.[method]?.responses[status]?.content ?? {})[0] ?? [];
    expect(answer?.headers['content-type']).toContain(type);
    expect(answer?.headers['x-request-id']).toBeTypeOf('string');
    if (type !== 'application/json') return;
    expect(faultsOf(launch, content?.schema ?? {}, answer?.json())).toBeNull();
  });

  test.each([
    ['many, with one refused', { records: [good, {}] }, {}],
    ['a fallback', { ...good, hours_studied: 13 }, { extra: fallback }],
    ['a strict refusal', { records: [{}], strict: true }, {}],
  ])('%s too', async (_, body, options: TestServerOptions) => {
    const answer = await predict('/predict', body, options);
    const served = parseLaunch(learnerLaunch + (options.extra ?? ''), 'launch.yaml');
    const schema = (openApiDocument(served, '0.0.0').paths as Paths)['/predict']?.post?.responses[answer.statusCode];
    expect(faultsOf(served, schema?.content['application/json']?.schema ?? {}, answer.json())).toBeNull();
  });

  test('the routes of the document are the routes of the server', async () => {
    const { app } = openTestServer();
    await app.ready();
    const served = app.printRoutes({ commonPrefix: false, includeHooks: false });
    for (const path of Object.keys(paths)) {
      for (const method of Object.keys(paths[path] ?? {})) {
        const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
        expect(app.hasRoute({ url, method: method.toUpperCase() as 'GET' }), `${method} ${path}`).toBe(true);
      }
    }
    expect(served.match(/\((GET|POST)/g)).toHaveLength(Object.keys(paths).length);
  });

  test('a wrong answer would be noticed', () => {
    const ok = { risk_score: 0.5, needs_support: false, thresholds: { needs_support: 0.7 }, prediction_id: 'x' };
    const whole = { ...ok, model: 'learner-risk', version: '1.0.0' };
    const schema = { $ref: '#/components/schemas/Prediction' };
    expect(faultsOf(launch, schema, whole)).toBeNull();
    expect(faultsOf(launch, schema, { ...whole, risk_score: 1.5 })).toContain('risk_score');
    expect(faultsOf(launch, schema, { ...whole, secret: 1 })).toContain('additional');
    expect(faultsOf(launch, schema, ok)).toContain('required');
  });
});

/** Access for one key with one scope. */
function closed(grant: string): Access {
  const principal = { id: 'key', name: 'key', grants: [grant], rate: null, endsMs: Number.POSITIVE_INFINITY };
  return createAccess({
    recognisers: [{ takes: () => true, recognise: async () => principal }],
    anybody: false,
    limiter: createRateLimiter(),
    clock: { wallMs: () => 0, monotonicMs: () => 0 },
  });
}

function predict(path: string, body: unknown, options: TestServerOptions = {}, headers = {}) {
  return openTestServer(options).post(body, { url: path, headers });
}

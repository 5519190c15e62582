import { parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { openTestServer, type TestServerOptions } from '../fixtures/open-test-server.ts';
import { faultsOf } from '../fixtures/schema-faults.ts';
import { openApiDocument } from './document.ts';

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

const launch = parseLaunch(learnerLaunch, 'launch.yaml');
const paths = openApiDocument(launch, '0.0.0').paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const inProtocol = Object.keys(paths).filter((path) => path.startsWith('/v2'));
const row = (hours: number, quiz = 83) => ({
  inputs: [{ name: 'X', datatype: 'FP32', shape: [1, 2], data: [hours, quiz] }],
});

const post = (url: string, body: unknown, options: TestServerOptions = {}, headers: object = {}) =>
  openTestServer(options).post(body, { url, headers });
const get = (url: string, options: TestServerOptions = {}) =>
  openTestServer(options).app.inject({ method: 'GET', url });

/** Requests that bring about each answer of each kind of route. */
const provoked: Readonly<Record<string, Readonly<Record<string, (path: string) => Promise<LightMyRequestResponse>>>>> =
  {
    page: {
      200: (path) => get(path),
      404: (path) => get(path.replace('learner-risk', 'other')),
      503: (path) => get(path, { empty: true }),
    },
    infer: {
      200: (path) => post(path, row(3)),
      400: (path) => post(path, row(-1)),
      404: (path) => post(path.replace('learner-risk', 'other'), row(3)),
      413: (path) => post(path, row(3), { extra: 'online: { body: 10B }\n' }),
      415: (path) => post(path, row(3), {}, { 'content-type': 'text/plain' }),
      500: (path) => post(path, row(13)),
      503: (path) => post(path, row(3), { empty: true }),
      504: (path) => post(path, row(3), {}, { 'x-slipway-timeout-ms': '0.5' }),
    },
    index: {
      200: (path) => post(path, {}),
      400: (path) => post(path, []),
      413: (path) => post(path, 'x'.repeat(2_000_000)),
      415: (path) => post(path, {}, {}, { 'content-type': 'text/plain' }),
    },
    unload: {
      200: (path) => post(path, {}),
      400: (path) => post(path, '{'),
      404: (path) => post(path.replace('learner-risk', 'other'), {}),
      413: (path) => post(path, 'x'.repeat(2_000_000)),
      415: (path) => post(path, {}, {}, { 'content-type': 'text/plain' }),
    },
    load: {
      400: (path) => post(path, { parameters: { config: '{}' } }),
      404: (path) => post(path.replace('learner-risk', 'other'), {}),
      413: (path) => post(path, 'x'.repeat(2_000_000)),
      415: (path) => post(path, {}, {}, { 'content-type': 'text/plain' }),
      500: (path) => post(path, {}),
    },
  };

describe('the Open Inference Protocol answers as the document says', () => {
  const cases = inProtocol.flatMap((path) =>
    Object.entries(paths[path] ?? {}).flatMap(([method, { responses }]) => {
      const kind = method === 'get' ? 'page' : (path.split('/').at(-1) as string);
      const statuses = Object.keys(responses).filter((status) => provoked[kind]?.[status] !== undefined);
      return statuses.map((status) => ({ path, method, status, kind }));
    }),
  );

  test.each(cases)('$method $path $status', async ({ path, method, status, kind }) => {
    const url = path.replace('{model}', 'learner-risk').replace('{version}', '1.0.0');
    const answer = await provoked[kind]?.[status]?.(url);
    expect(String(answer?.statusCode)).toBe(status);
    expect(answer?.headers['content-type']).toMatch(/^application\/json/);
    expect(answer?.headers['x-request-id']).toBeTypeOf('string');
    const schema = paths[path]?.[method]?.responses[status]?.content['application/json']?.schema ?? {};
    expect(faultsOf(launch, schema, answer?.json())).toBeNull();
  });

  test('no status is left without a request that brings it about, but those of a registry and of access', () => {
    const left = inProtocol.flatMap((path) =>
      Object.entries(paths[path] ?? {}).flatMap(([method, { responses }]) => {
        const kind = method === 'get' ? 'page' : (path.split('/').at(-1) as string);
        return Object.keys(responses).filter((status) => provoked[kind]?.[status] === undefined);
      }),
    );
    const elsewhere = ['200', '401', '403', '422', '429', '503'];
    expect(left.filter((status) => !elsewhere.includes(status))).toEqual([]);
  });
});

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { encodeModel } from '@slipway/core';
import { learnerLaunch, learnerModel } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServeProcess, startServe } from '../../cli/fixtures/serve-process.ts';
import { GRPCInferenceService } from '../../online/grpc/open-inference.generated.ts';

interface ReadSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status: { readonly code?: number };
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = '00f067aa0ba902b7';
const record = '{"hours_studied": 3, "quiz_score": 40}';

let folder: string;
let collector: Server;
const spans: ReadSpan[] = [];
const bodies: { readonly path: string; readonly type: string; readonly token: string; readonly body: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-traces-'));
  writeFileSync(join(folder, 'launch.yaml'), learnerLaunch);
  writeFileSync(join(folder, 'model.onnx'), encodeModel(learnerModel(0.5)));
  collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { url = '', headers } = request;
    bodies.push({ path: url, type: headers['content-type'] ?? '', token: String(headers['x-token']), body });
    const { resourceSpans } = JSON.parse(body);
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
});

afterAll(() => {
  collector.close();
  rmSync(folder, { recursive: true, force: true });
});

function serve(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ServeProcess> {
  const { port } = collector.address() as AddressInfo;
  return startServe([join(folder, 'launch.yaml'), '--json', ...words], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-token=a%20secret',
    OTEL_SERVICE_NAME: 'scores',
    ...env,
  });
}

async function end({ child, ended }: ServeProcess): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

async function ask(url: string, headers: Readonly<Record<string, string>>, body = record) {
  const answer = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return (await answer.json()) as { readonly prediction_id: string };
}

function attributes(span: ReadSpan | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

test('a request is a span of its caller’s trace, with the queue, the batch and the session below it', async () => {
  const server = await serve(['--engine', 'onnxruntime', '--threads', '1', '--grpc-port', '0']);
  const { url } = server.ready;
  const parent = `00-${traceId}-${caller}-01`;
  const { prediction_id: id } = await ask(url, { traceparent: parent, tracestate: 'vendor=1' });
  await ask(url, { traceparent: parent }, '{"hours_studied": -1}');
  await ask(url, { traceparent: `00-${traceId.replace('4', '5')}-${caller}-00`, 'x-request-id': 'unsampled' });
  await ask(url, { traceparent: 'nonsense', 'x-request-id': 'own' });
  const { grpc: address } = server.ready as unknown as { readonly grpc: string };
  const client = createClient(GRPCInferenceService, createGrpcTransport({ baseUrl: `http://${address}` }));
  const tensor = (name: string, value: number) => ({
    name,
    datatype: 'FP64',
    shape: [1n, 1n],
    contents: { fp64Contents: [value] },
  });
  const inputs = [tensor('hours_studied', 3), tensor('quiz_score', 40)];
  const headers = { traceparent: parent, 'x-request-id': 'by-grpc' };
  await client.modelInfer({ modelName: 'learner-risk', inputs }, { headers });
  const page = await (await fetch(`${url}/metrics`)).text();
  for (const name of ['queue_wait_seconds', 'batch_rows']) {
    expect(page).toContain(`slipway_${name}_count{model="learner-risk",version="1.0.0"} 4`);
  }
  expect(page).toMatch(/^slipway_rows_at_work_limit\{model="learner-risk",version="1.0.0"\} \d+$/m);
  await end(server);

  const own = spans.filter((span) => span.traceId === traceId);
  const [root, refused] = own.filter(({ name }) => name === 'POST /predict');
  expect(root).toMatchObject({ parentSpanId: caller, traceState: 'vendor=1', kind: 2, status: {} });
  expect(root?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(attributes(root)).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/predict',
    'http.response.status_code': '200',
    'url.path': '/predict',
    'url.scheme': 'http',
    'slipway.model': 'learner-risk',
    'slipway.version': '1.0.0',
    'slipway.prediction_id': id,
  });
  expect(attributes(refused)).toMatchObject({ 'http.response.status_code': '400', 'error.type': 'RECORD_INVALID' });
  const below = own.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
  expect(below.map(({ name }) => name)).toEqual(['queue', 'batch']);
  const session = own.find(({ parentSpanId }) => parentSpanId === below[1]?.spanId);
  expect(session?.name).toBe('session');
  for (const span of [...below, session as ReadSpan]) {
    expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root?.startTimeUnixNano ?? 0));
    expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root?.endTimeUnixNano ?? 0));
  }
  const call = own.find(({ name }) => name === 'inference.GRPCInferenceService/ModelInfer');
  expect(call).toMatchObject({ parentSpanId: caller, kind: 2 });
  expect(attributes(call)).toMatchObject({
    'rpc.system': 'grpc',
    'rpc.method': 'ModelInfer',
    'rpc.grpc.status_code': '0',
  });

  const lines = server.log().filter(({ msg }) => msg === 'answered');
  expect(lines[0]).toMatchObject({ trace_id: traceId, span_id: root?.spanId, status: 200 });
  const unsampled = lines.find(({ request }) => request === 'unsampled');
  expect(unsampled?.trace_id).toBe(traceId.replace('4', '5'));
  expect(spans.some((span) => span.traceId === unsampled?.trace_id)).toBe(false);
  const begun = lines.find(({ request }) => request === 'own');
  const first = spans.find((span) => span.traceId === begun?.trace_id);
  expect(first).not.toHaveProperty('parentSpanId');
  expect(lines.find(({ request }) => request === 'by-grpc')?.trace_id).toBe(traceId);
  expect(bodies[0]).toMatchObject({ path: '/v1/traces', type: 'application/json', token: 'a secret' });
  expect(bodies[0]?.body).toContain('{"key":"service.name","value":{"stringValue":"scores"}}');
  expect(JSON.stringify(server.log())).not.toContain('a secret');
});

test('a collector that is not there is one line of the log, and requests are answered', async () => {
  const server = await serve([], { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '20' });
  for (let count = 0; count < 5; count++) await ask(server.ready.url, {});
  await server.logged('traces do not arrive; what is lost is counted');
  const page = await (await fetch(`${server.ready.url}/metrics`)).text();
  expect(page).toMatch(/^slipway_spans_dropped_total \d+$/m);
  await end(server);
  expect(server.log().filter(({ msg }) => String(msg).startsWith('traces do not'))).toHaveLength(1);
});

test('without an endpoint nothing is traced, whatever a caller sends', async () => {
  const server = await serve([], { OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  await ask(server.ready.url, { traceparent: `00-${traceId}-${caller}-01` });
  await end(server);
  expect(server.log()[0]).not.toHaveProperty('trace_id');
});

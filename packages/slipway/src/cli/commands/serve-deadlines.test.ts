import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heavyModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import { rawConnection, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-deadlines-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = `slipway: 1
model: heavy
version: 1.0.0
artifact: model.onnx
input: { x: { type: number } }
output: { y: { type: number, from: y } }
`;

test('a heavy model past its deadline is 504, and a caller that goes away while it runs is counted as gone', async () => {
  const launch = writeLearnerLaunch(root, { model: heavyModel({ steps: 400 }), text });
  const server = await startServe([launch, '--json', '--engine', 'onnxruntime', '--threads', '1']);
  try {
    const body = '{"x": 1}';
    const ask = (headers = {}) =>
      fetch(`${server.ready.url}/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    const late = await ask({ 'x-slipway-timeout-ms': '50' });
    expect([late.status, ((await late.json()) as { error: { code: string } }).error.code]).toEqual([
      504,
      'DEADLINE_EXCEEDED',
    ]);
    const gone = await rawConnection(server.ready.port);
    const head = `POST /predict HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    gone.send(head + head);
    gone.end();
    await gone.closed;
    const metrics = async () => (await fetch(`${server.ready.url}/metrics`)).text();
    while (!/slipway_request_duration_seconds_count\{.*outcome="cancelled"\} [1-9]/.test(await metrics()));
    expect(await metrics()).toMatch(/slipway_request_duration_seconds_count\{.*outcome="timeout"\} 1/);
    expect((await ask({ 'x-slipway-timeout-ms': '20000' })).status).toBe(200);
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heavyModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { type CommandFolder, commandFolder } from '../../cli/fixtures/registry-commands.ts';
import { clientOf, endOf, type GrpcProcess, startGrpc } from '../fixtures/grpc-client.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-grpc-callers-'));
const running = new Set<GrpcProcess>();

afterEach(async () => {
  for (const { server } of running) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(...given: Parameters<typeof startGrpc>): Promise<GrpcProcess> {
  const started = await startGrpc(...given);
  running.add(started);
  return started;
}

function learner(): CommandFolder {
  const here = commandFolder(root, {});
  here.write('1.0.0', {});
  return here;
}

function serveLearner({ folder, env }: CommandFolder, ...words: readonly string[]): Promise<GrpcProcess> {
  return serve([join(folder, 'launch.yaml'), ...words], { ...env, SLIPWAY_HOME: join(folder, '.slipway') });
}

const tensor = (name: string, value: number) => ({
  name,
  datatype: 'FP64',
  shape: [1n],
  contents: { fp64Contents: [value] },
});
const request = { modelName: 'learner-risk', inputs: [tensor('hours_studied', 3), tensor('quiz_score', 40)] };

describe('access of gRPC calls', () => {
  test('each call but the probes needs a key for what it asks', async () => {
    const here = learner();
    const keyOf = async (scope: string) =>
      (await here.json<{ key: string }>('keys', 'create', '--name', scope, '--scope', scope)).key;
    const [predict, operate] = [await keyOf('predict'), await keyOf('operate')];
    const { client, server } = await serveLearner(here, '--auth', 'required');
    const as = (key: string | null) => ({ headers: key === null ? {} : { authorization: `Bearer ${key}` } });
    const model = { modelName: 'learner-risk' };
    const calls = {
      infer: (key: string | null) => client.modelInfer(request, as(key)),
      metadata: (key: string | null) => client.modelMetadata({ name: 'learner-risk' }, as(key)),
      index: (key: string | null) => client.repositoryIndex({}, as(key)),
      load: (key: string | null) => client.repositoryModelLoad(model, as(key)),
      unload: (key: string | null) => client.repositoryModelUnload(model, as(key)),
    };
    expect((await client.serverLive({})).live).toBe(true);
    expect((await client.serverReady({})).ready).toBe(true);
    const wrong = `${predict.slice(0, -1)}${predict.endsWith('x') ? 'y' : 'x'}`;
    for (const [name, call] of Object.entries(calls)) {
      for (const key of [null, 'nonsense', wrong]) {
        expect([name, await endOf(call(key))]).toMatchObject([
          name,
          { status: 'Unauthenticated', code: 'UNAUTHENTICATED' },
        ]);
      }
    }
    for (const name of ['index', 'load', 'unload'] as const) {
      expect([name, await endOf(calls[name](predict))]).toMatchObject([
        name,
        { status: 'PermissionDenied', code: 'FORBIDDEN' },
      ]);
    }
    expect(await endOf(calls.infer(operate))).toMatchObject({ status: 'PermissionDenied' });
    expect(await endOf(calls.infer(predict))).toMatchObject({ status: 'OK' });
    for (const name of ['metadata', 'index', 'load', 'unload'] as const) {
      expect([name, await endOf(calls[name](operate))]).toMatchObject([name, { status: 'OK' }]);
    }
    for (const key of [predict, operate]) expect(JSON.stringify(server.log())).not.toContain(key);
  });

  test('a key that asks more often than it may is told so', async () => {
    const here = learner();
    const words = ['--name', 'slow', '--scope', 'predict', '--rate', '2/m'];
    const { key } = await here.json<{ key: string }>('keys', 'create', ...words);
    const { client } = await serveLearner(here, '--auth', 'required');
    const ask = () => endOf(client.modelInfer(request, { headers: { authorization: `Bearer ${key}` } }));
    const ends = [await ask(), await ask(), await ask()];
    expect(ends.map(({ status }) => status)).toContain('ResourceExhausted');
    expect(ends.at(-1)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('with a certificate calls come over TLS, and over nothing else', async () => {
    const here = learner();
    const [key, cert] = [join(here.folder, 'ours.key'), join(here.folder, 'ours.crt')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...subject];
    execFileSync('openssl', [...words, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const { baseUrl } = await serveLearner(here, '--tls-cert', cert, '--tls-key', key);
    const trusting = clientOf(baseUrl, { nodeOptions: { ca: readFileSync(cert) } });
    expect(await endOf(trusting.modelInfer(request))).toMatchObject({ status: 'OK' });
    expect((await endOf(clientOf(baseUrl).modelInfer(request))).status).not.toBe('OK');
    expect((await endOf(clientOf(baseUrl.replace('https', 'http')).modelInfer(request))).status).not.toBe('OK');
  });
});

describe('time of gRPC calls', () => {
  const text = `slipway: 1
model: heavy
version: 1.0.0
artifact: model.onnx
input: { x: { type: number } }
output: { y: { type: number, from: y } }
`;
  const asked = { modelName: 'heavy', inputs: [tensor('x', 1)] };
  const ended = (outcome: string) =>
    `slipway_request_duration_seconds_count{model="heavy",version="1.0.0",outcome="${outcome}"}`;

  function serveHeavy(...words: readonly string[]): Promise<GrpcProcess> {
    const folder = mkdtempSync(join(root, 'heavy-'));
    const launch = writeLearnerLaunch(folder, { model: heavyModel({ steps: 400 }), text });
    return serve([launch, '--engine', 'onnxruntime', '--threads', '1', ...words]);
  }

  test('a call past its deadline ends so; one whose caller leaves is given up, and both are counted', async () => {
    const { client, metric } = await serveHeavy();
    expect(await endOf(client.modelInfer(asked, { timeoutMs: 50 }))).toMatchObject({ status: 'DeadlineExceeded' });
    while ((await metric(ended('timeout'))) !== 1);
    const caller = new AbortController();
    const left = endOf(client.modelInfer(asked, { signal: caller.signal }));
    // It is inside when it is at work, or waits behind the run that came too late.
    while ((await metric('slipway_rows_at_work{model="heavy",version="1.0.0"}')) === 0);
    caller.abort();
    expect((await left).status).toBe('Canceled');
    while ((await metric(ended('cancelled'))) !== 1);
    expect(await endOf(client.modelInfer(asked, { timeoutMs: 30_000 }))).toMatchObject({ status: 'OK' });
  }, 40_000);

  test('a call that has begun is answered by a server that is told to end', async () => {
    const { client, server, metric, end } = await serveHeavy();
    const begun = endOf(client.modelInfer(asked));
    while ((await metric('slipway_rows_at_work{model="heavy",version="1.0.0"}')) === 0);
    const code = end();
    expect(await begun).toMatchObject({ status: 'OK' });
    expect(await code).toBe(0);
    expect(server.log().some(({ level }) => level === 'error')).toBe(false);
    expect((await endOf(client.serverLive({}))).status).toBe('Unavailable');
  }, 40_000);
});

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, afterEach, expect, test } from 'vitest';
import { commandFolder } from '../fixtures/registry-commands.ts';
import { type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-load-'));
const running = new Set<ServeProcess>();
const record = { hours_studied: 3, quiz_score: 40 };

afterEach(async () => {
  for (const server of running) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(words: readonly string[], env = {}): Promise<ServeProcess> {
  const server = await startServe(['--json', ...words], env);
  running.add(server);
  return server;
}

interface Answered {
  readonly status: number;
  readonly version: string | undefined;
  readonly code: string | undefined;
}

/** A connection of its own, so that the workers are asked in turn. */
async function post({ ready }: ServeProcess, path: string, body: object = {}): Promise<Answered> {
  const response = await fetch(`${ready.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  const { version, error } = (await response.json()) as { version?: string; error?: { code: string } };
  return { status: response.status, version, code: error?.code };
}

function modelIn(folder: string, name: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeLearnerLaunch(join(folder, name), { text: learnerLaunch.replace('learner-risk', name) });
}

test('the models of a folder are served; new ones are loaded by name, in every worker, and none from outside', async () => {
  const folder = join(root, 'models');
  modelIn(folder, 'first');
  modelIn(root, 'outside');
  const server = await serve(['--models', folder, '--workers', '2']);
  expect(await post(server, '/models/first/predict', record)).toMatchObject({ status: 200 });
  modelIn(folder, 'late');
  expect(await post(server, '/models/late/predict', record)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect(await post(server, '/models/late/load')).toMatchObject({ status: 200 });
  for (let turn = 0; turn < 4; turn++)
    expect(await post(server, '/models/late/predict', record)).toMatchObject({ status: 200 });
  for (const name of ['..%2Foutside', 'outside', '..', '%2Fetc'])
    expect((await post(server, `/models/${name}/load`)).status, name).toBe(404);
  expect(await post(server, '/v2/repository/models/first/unload')).toMatchObject({ status: 200 });
  for (let turn = 0; turn < 4; turn++)
    expect(await post(server, '/models/first/predict', record)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  server.child.kill('SIGHUP');
  await server.logged('all workers are replaced');
  for (let turn = 0; turn < 4; turn++) {
    expect(await post(server, '/models/late/predict', record)).toMatchObject({ status: 200 });
    expect(await post(server, '/models/first/predict', record)).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  }
});

test('versions of the registry are loaded beside each other, and a request says which it wants', async () => {
  const here = commandFolder(root);
  for (const [at, version] of ['1.0.0', '1.1.0'].entries()) {
    here.write(version, { bias: 5 + at });
    await here.json('push');
  }
  const home = { ...here.env, SLIPWAY_HOME: join(here.folder, '.slipway') };
  const server = await serve(['learner-risk@1.0.0'], home);
  expect(await post(server, '/models/learner-risk@1.1.0/load')).toMatchObject({ status: 200 });
  const at = (version: string) => post(server, `/models/learner-risk/versions/${version}/predict`, record);
  expect(await at('1.1.0')).toMatchObject({ version: '1.1.0' });
  expect(await at('1.0.0')).toMatchObject({ version: '1.0.0' });
  expect(await post(server, '/models/learner-risk@1.2.0/load')).toMatchObject({ code: 'VERSION_NOT_FOUND' });
  expect(await post(server, '/models/learner-risk@1.1.0/unload')).toMatchObject({ status: 200 });
  expect(await at('1.1.0')).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  expect(await at('1.0.0')).toMatchObject({ status: 200 });
});

test('load, unload and predict of the same model at once end in right answers or in being told that it is not there', async () => {
  const folder = join(root, 'busy');
  modelIn(folder, 'busy');
  const server = await serve(['--models', folder]);
  const seen = new Set<string>();
  const asking = async (path: string, body: object, times: number) => {
    for (let turn = 0; turn < times; turn++) {
      const { status, code = '' } = await post(server, path, body);
      seen.add(`${path.split('/').at(-1)} ${status} ${code}`.trim());
    }
  };
  await Promise.all([
    asking('/models/busy/load', {}, 12),
    asking('/models/busy/load', {}, 12),
    asking('/models/busy/unload', {}, 20),
    asking('/models/busy/predict', record, 60),
    asking('/models/busy/predict', record, 60),
  ]);
  const allowed = [
    'load 200',
    'unload 200',
    'predict 200',
    'predict 404 MODEL_NOT_FOUND',
    'predict 503 MODEL_NOT_READY',
  ];
  expect([...seen].filter((each) => !allowed.includes(each))).toEqual([]);
  await post(server, '/models/busy/load');
  expect(await post(server, '/models/busy/predict', record)).toMatchObject({ status: 200 });
});

test('a fallback to the version before is opened beside the model, follows it, and answers marked', async () => {
  const here = commandFolder(root);
  const edit = (text: string) => `${text}\nfallback: { version: previous }\n`;
  for (const [at, version] of ['1.0.0', '1.1.0', '1.2.0'].entries()) {
    here.write(version, { bias: 5 + at, edit });
    await here.json('push');
  }
  await here.json('promote', 'learner-risk@1.0.0');
  const server = await serve(['learner-risk@production', '--follow', '20ms'], {
    ...here.env,
    SLIPWAY_HOME: join(here.folder, '.slipway'),
  });
  await server.logged('there is no other version to fall back to');
  await here.json('fallback', 'on', 'learner-risk');
  const until = async (wanted: Partial<Answered>) => {
    for (;;) {
      const { status, version } = await post(server, '/predict', record);
      if (status === wanted.status && version === wanted.version) return;
    }
  };
  await until({ status: 503, version: undefined });
  await here.json('promote', 'learner-risk@1.1.0');
  await until({ status: 200, version: '1.0.0' });
  await here.json('promote', 'learner-risk@1.2.0');
  await until({ status: 200, version: '1.1.0' });
  await here.json('fallback', 'off', 'learner-risk');
  await until({ status: 200, version: '1.2.0' });
});

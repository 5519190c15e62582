import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, afterEach, expect, test } from 'vitest';
import { keyOf } from '../../registry/artifacts/blob.ts';
import { openRegistry } from '../../registry/open-registry.ts';
import type { Version } from '../../registry/types.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';
import { type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-registry-'));
const running = new Set<ServeProcess>();
afterEach(async () => {
  for (const server of running) {
    server.child.kill('SIGKILL');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve({ folder, env }: CommandFolder, ...words: readonly string[]): Promise<ServeProcess> {
  const home = { SLIPWAY_HOME: join(folder, '.slipway') };
  const server = await startServe(['--json', '--follow', '20ms', ...words], { ...env, ...home });
  running.add(server);
  return server;
}

/** The version that answers a record. */
async function answering({ ready }: ServeProcess): Promise<string> {
  const response = await fetch(`${ready.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hours_studied: 3, quiz_score: 40 }),
  });
  return ((await response.json()) as { version: string }).version;
}

async function said({ ready }: ServeProcess, path: string): Promise<object> {
  return (await (await fetch(`${ready.url}${path}`)).json()) as object;
}

/** Why the version that the alias leads to is not served. */
async function reasonOf(server: ServeProcess): Promise<unknown> {
  const { models } = (await said(server, '/models')) as { readonly models: readonly { readonly reason: unknown }[] };
  return models[0]?.reason;
}

/** Asks again and again until the version answers: each question is a round trip, so nothing spins. */
async function until(server: ServeProcess, version: string): Promise<void> {
  while ((await answering(server)) !== version);
}

async function withVersions(versions: readonly string[], env = {}): Promise<CommandFolder> {
  const here = commandFolder(root, env);
  for (const [at, version] of versions.entries()) {
    here.write(version, { bias: 5 + at });
    await here.json('push');
  }
  await here.json('promote', `learner-risk@${versions[0]}`);
  return here;
}

test('a server follows its alias: promote and rollback change who answers', async () => {
  const here = await withVersions(['1.0.0']);
  const server = await serve(here, 'learner-risk@production');
  expect(server.ready).toMatchObject({ model: 'learner-risk', version: '1.0.0', engine: 'compiled' });
  expect(await answering(server)).toBe('1.0.0');
  here.write('1.1.0', { bias: 6 });
  await here.json('push');
  await here.json('promote', 'learner-risk@1.1.0');
  await until(server, '1.1.0');
  await here.json('rollback', 'learner-risk');
  await until(server, '1.0.0');
});

test('a server of one version stays with it', async () => {
  const here = await withVersions(['1.0.0', '1.1.0']);
  const [pinned, following] = await Promise.all([
    serve(here, 'learner-risk@1.0.0'),
    serve(here, 'learner-risk@production'),
  ]);
  await here.json('promote', 'learner-risk@1.1.0');
  await until(following, '1.1.0');
  expect(await answering(pinned)).toBe('1.0.0');
});

test('the model goes on serving while the registry is gone, and follows again when it is back', async () => {
  const postgres = await startPostgres();
  try {
    const here = await withVersions(['1.0.0', '1.1.0'], { SLIPWAY_REGISTRY: await postgres.freshUrl() });
    const server = await serve(here, 'learner-risk@production');
    await postgres.stop();
    await server.logged('the registry does not answer; what is served goes on');
    expect(await answering(server)).toBe('1.0.0');
    const lost = { code: 'REGISTRY_UNAVAILABLE' };
    expect(await said(server, '/models')).toMatchObject({
      models: [{ version: '1.0.0', state: 'ready', reason: lost }],
    });
    expect(await said(server, '/health/ready')).toMatchObject({ ready: true, models: [{ reason: lost }] });
    const started = await serve(here, 'learner-risk@production');
    expect(started.ready).toMatchObject({ version: '1.0.0' });
    const line = await started.logged('the registry does not answer; serving the version that it last named');
    expect(line).toMatchObject({ level: 'warn', reason: expect.stringContaining('Taking learner-risk@1.0.0') });
    await postgres.start();
    await server.logged('the registry answers again');
    expect(await said(server, '/models')).toMatchObject({ models: [{ reason: null }] });
    await here.json('promote', 'learner-risk@1.1.0');
    await Promise.all([until(server, '1.1.0'), until(started, '1.1.0')]);
  } finally {
    await postgres.destroy();
  }
});

test('a version that cannot be opened leaves the one before, and the log says why', async () => {
  const here = await withVersions(['1.0.0', '1.1.0']);
  const server = await serve(here, 'learner-risk@production');
  const { versions } = await here.json<{ versions: readonly Version[] }>('versions', 'learner-risk');
  const next = versions.find(({ version }) => version === '1.1.0')?.artifact ?? '';
  writeFileSync(join(here.folder, '.slipway', 'artifacts', keyOf(next)), 'another model');
  // `promote` would have read the file; it is damaged after that.
  const registry = await openRegistry({ url: `sqlite:${join(here.folder, '.slipway', 'registry.db')}` });
  await registry.promote('learner-risk', '1.1.0', { by: { kind: 'person', id: 'ada' } });
  await registry.close();
  const line = await server.logged('the change cannot be served; the model before it stays');
  expect(line).toMatchObject({ code: 'ARTIFACT_DIGEST_MISMATCH' });
  expect(await answering(server)).toBe('1.0.0');
  const reason = { code: 'ARTIFACT_DIGEST_MISMATCH' };
  const told = [{ version: '1.0.0', alias: 'production', state: 'ready', reason }];
  expect(await said(server, '/models')).toMatchObject({ models: told });
  expect(await said(server, '/health/ready')).toMatchObject({ ready: true, models: told });
  await here.json('rollback', 'learner-risk');
  while ((await reasonOf(server)) !== null);
});

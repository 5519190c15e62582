import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnerLaunch, writeLearnerLaunch } from '@slipway/testkit';
import { startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../registry/types.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';
import { type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-fallback-'));
const running = new Set<ServeProcess>();
const fallback = '\nfallback: { when: [error], use: { risk_score: null, needs_support: null } }\n';

afterEach(async () => {
  for (const server of running) await kill(server);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function kill(server: ServeProcess): Promise<void> {
  server.child.kill('SIGKILL');
  await server.ended;
  running.delete(server);
}

async function serve(here: CommandFolder, ...words: readonly string[]): Promise<ServeProcess> {
  const env = { ...here.env, SLIPWAY_HOME: join(here.folder, '.slipway') };
  const server = await startServe(['--json', '--follow', '20ms', ...words], env);
  running.add(server);
  return server;
}

/** Why the fallback answers; null where the model does. A connection of its own, so that every worker is asked. */
async function reason({ ready }: ServeProcess): Promise<string | null> {
  const response = await fetch(`${ready.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ hours_studied: 3, quiz_score: 40 }),
  });
  const { fallback } = (await response.json()) as { readonly fallback?: { readonly reason: string } };
  return fallback?.reason ?? null;
}

/** Asks until so many answers in a row are alike: connections are dealt to the workers in turn. */
async function until(server: ServeProcess, wanted: string | null, inARow = 1): Promise<void> {
  for (let alike = 0; alike < inARow; ) alike = (await reason(server)) === wanted ? alike + 1 : 0;
}

async function withVersion(env = {}, words: readonly string[] = []): Promise<CommandFolder> {
  const here = commandFolder(root, env);
  here.write('1.0.0', { edit: (text) => text + fallback });
  await here.json('push', '--alias', 'production', ...words);
  return here;
}

describe.each(['SQLite', 'PostgreSQL'])('the switch of a registry on %s', (database) => {
  test('reaches every server that follows it, and every worker; is audited; and stays over a restart', async () => {
    const postgres = database === 'PostgreSQL' ? await startPostgres() : null;
    try {
      const here = await withVersion(postgres === null ? {} : { SLIPWAY_REGISTRY: await postgres.freshUrl() });
      const [first, second] = [
        await serve(here, 'learner-risk@production'),
        await serve(here, 'learner-risk@1.0.0', '--workers', '2'),
      ];
      expect(await reason(first)).toBeNull();
      const on = await here.json('fallback', 'on', 'learner-risk', '--why', 'scores all alike');
      expect(on).toMatchObject({ model: 'learner-risk', on: true, by: 'ada', turned: true });
      await Promise.all([until(first, 'switched'), until(second, 'switched', 10)]);
      await first.logged('the model is switched off; its fallback answers');
      await kill(first);
      expect(await reason(await serve(here, 'learner-risk@production'))).toBe('switched');

      expect(await here.json('fallback', 'on', 'learner-risk')).toMatchObject({ on: true, turned: false });
      expect((await here.run('fallback', 'status', 'learner-risk')).out).toContain('learner-risk is switched off');
      await here.json('fallback', 'off', 'learner-risk', '--why', 'fixed');
      await until(second, null, 10);
      const { entries } = await here.json<{ readonly entries: readonly AuditEntry[] }>('audit');
      const turns = entries.filter(({ subject }) => subject === 'fallback/learner-risk');
      expect(turns.map(({ why, by, evidence }) => [why, by.id, evidence])).toEqual([
        ['scores all alike', 'ada', { fallback: 'on' }],
        ['fixed', 'ada', { fallback: 'off' }],
      ]);
      expect((await here.run('audit')).out).toMatch(/fallback\/learner-risk +on +scores all alike/);
    } finally {
      for (const server of running) await kill(server);
      await postgres?.destroy();
    }
  });
});

test('a server that starts without its registry still knows what was switched off, and says what it does not know', async () => {
  const postgres = await startPostgres();
  try {
    const here = await withVersion({ SLIPWAY_REGISTRY: await postgres.freshUrl() });
    await here.json('fallback', 'on', 'learner-risk');
    const before = await serve(here, 'learner-risk@production');
    expect(await reason(before)).toBe('switched');
    await kill(before);
    await postgres.stop();
    const server = await serve(here, 'learner-risk@production');
    expect(await reason(server)).toBe('switched');
    const ready = await (await fetch(`${server.ready.url}/health/ready`)).json();
    expect(ready).toMatchObject({
      ready: true,
      models: [{ version: '1.0.0', switched_by: ['registry'], reason: { code: 'REGISTRY_UNAVAILABLE' } }],
    });
    const metrics = await (await fetch(`${server.ready.url}/metrics`)).text();
    expect(metrics).toContain('slipway_registry_up 0');
    expect(metrics).toContain('slipway_model_switched_off{model="learner-risk"} 1');
    await postgres.start();
    await server.logged('the registry answers again');
    await here.json('fallback', 'off', 'learner-risk');
    await until(server, null);
  } finally {
    for (const server of running) await kill(server);
    await postgres.destroy();
  }
});

describe('the switch of one server', () => {
  test('works without a registry, holds for all workers, and outlives each of them', async () => {
    const here = commandFolder(root);
    const launch = writeLearnerLaunch(here.folder, { text: learnerLaunch + fallback });
    const server = await serve(here, launch, '--workers', '2');
    const { url } = server.ready;
    const { out } = await here.run('fallback', 'on', 'learner-risk', '--url', url);
    expect(out).toBe(`learner-risk is switched off: its fallback answers at ${url}.\n`);
    for (let turn = 0; turn < 6; turn++) expect(await reason(server)).toBe('switched');
    server.child.kill('SIGHUP');
    await server.logged('all workers are replaced');
    for (let turn = 0; turn < 6; turn++) expect(await reason(server)).toBe('switched');
    expect(await here.json('fallback', 'status', 'learner-risk', '--url', url)).toMatchObject({ on: true });
    await here.json('fallback', 'off', 'learner-risk', '--url', url);
    for (let turn = 0; turn < 6; turn++) expect(await reason(server)).toBeNull();
  });

  test('does not switch on what the registry keeps off, and says so', async () => {
    const here = await withVersion();
    const server = await serve(here, 'learner-risk@production');
    await here.json('fallback', 'on', 'learner-risk');
    await until(server, 'switched');
    const { out } = await here.run('fallback', 'off', 'learner-risk', '--url', server.ready.url);
    expect(out).toContain('The registry keeps it off');
    expect(await reason(server)).toBe('switched');
  });
});

test('who asks for what is not there is told what was meant', async () => {
  const here = await withVersion();
  expect((await here.run('fallback', 'on', 'learner-risc')).err).toContain('Did you mean learner-risk?');
  const server = await serve(here, 'learner-risk@production');
  const wrong = await here.run('fallback', 'on', 'learner-risc', '--url', server.ready.url);
  expect(wrong.err).toContain('MODEL_NOT_FOUND');
  const gone = await here.run('fallback', 'status', 'learner-risk', '--url', 'http://127.0.0.1:1');
  expect(gone.err).toContain('SERVER_UNREACHABLE');
});

import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, afterEach, expect, test } from 'vitest';
import { failServe, type ServeProcess, startServe } from '../fixtures/serve-process.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-workers-'));
const running = new Set<ServeProcess>();
const launch = writeLearnerLaunch(root);
const record = JSON.stringify({ hours_studied: 3, quiz_score: 40 });

interface Ready {
  readonly pid: number;
  readonly workers: readonly number[];
  readonly port: number;
  readonly url: string;
}

afterEach(async () => {
  for (const server of running) {
    server.child.kill('SIGTERM');
    await server.ended;
  }
  running.clear();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function serve(...words: readonly string[]): Promise<ServeProcess & { readonly ready: Ready }> {
  const server = await startServe([launch, '--json', '--workers', '2', ...words]);
  running.add(server);
  return server as ServeProcess & { readonly ready: Ready };
}

/** One request on a connection of its own, or on that of an agent. */
function predict(port: number, agent: Agent | false = false): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = request({ port, agent, path: '/predict', method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', (error) => resolve(error.message));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end(record);
  });
}

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();

test('two processes answer at one port, say so in one line, and their metrics are one page', async () => {
  const { ready, stdout } = await serve();
  expect(stdout().trim().split('\n')).toHaveLength(1);
  expect(new Set([ready.pid, ...ready.workers]).size).toBe(3);
  for (let turn = 0; turn < 20; turn++) expect(await predict(ready.port)).toBe(200);
  const page = await metricsOf(ready.url);
  expect(page).toContain('slipway_records_total{model="learner-risk",version="1.0.0"} 20');
  expect(page).toContain('slipway_ready 1');
});

test('a worker that is killed costs the others no request, and is replaced', async () => {
  const { ready, logged } = await serve();
  const [first = 0, second = 0] = ready.workers;
  // Connections are dealt out in turn: of two that stay open each worker has one.
  const agents = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent({ keepAlive: true, maxSockets: 1 })];
  for (const agent of agents) expect(await predict(ready.port, agent)).toBe(200);
  process.kill(first, 'SIGKILL');
  expect(await logged('a worker ended and is replaced')).toMatchObject({ pid: first, signal: 'SIGKILL' });
  const outcomes = [];
  for (let turn = 0; turn < 50; turn++) outcomes.push(await predict(ready.port));
  expect(new Set(outcomes)).toEqual(new Set([200]));
  process.kill(second, 0);
  for (const agent of agents) agent.destroy();
});

test('SIGHUP replaces all workers under load without one failed request', async () => {
  const { ready, child, logged } = await serve();
  let isOver = false;
  const outcomes = new Map<number | string, number>();
  const client = async () => {
    while (!isOver) {
      const outcome = await predict(ready.port);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 4 }, client);
  child.kill('SIGHUP');
  const { pids } = await logged('all workers are replaced');
  isOver = true;
  await Promise.all(clients);
  expect([...outcomes.keys()]).toEqual([200]);
  expect((pids as number[]).filter((pid) => ready.workers.includes(pid))).toEqual([]);
});

test('SIGTERM to all of them, as a terminal sends it, ends them in order', async () => {
  const server = await serve();
  for (const pid of server.ready.workers) process.kill(pid, 'SIGINT');
  server.child.kill('SIGINT');
  expect(await server.ended).toBe(0);
  running.delete(server);
});

test('a start that fails is said once, with its exit code', async () => {
  const { code, stderr, stdout } = await failServe([join(root, 'nothing.yaml'), '--port', '0', '--workers', '2']);
  expect(code).toBe(4);
  expect(stderr.match(/LAUNCH_NOT_FOUND/g)).toHaveLength(1);
  expect(stdout).toBe('');
});

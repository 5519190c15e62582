import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { drain } from './drain.ts';
import type { OnlineLog } from './ports.ts';
import { newServerState } from './server-state.ts';

const silent: OnlineLog = { child: () => silent, debug() {}, info() {}, warn() {}, error() {}, answered() {} };

/** A server whose answers end their connections while it drains, as those of the predict route do. */
async function serving() {
  const app = Fastify();
  const state = newServerState();
  app.get('/', async (_request, reply) => {
    if (state.draining) reply.header('connection', 'close');
    return 'ok';
  });
  await app.listen({ port: 0 });
  const options = { app, state, log: silent, delayMs: 0, timeoutMs: 5000, wait: (ms: number) => wait(ms) };
  return { port: (app.server.address() as AddressInfo).port, state, drain: () => drain(options) };
}

function get(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ port, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve('answered'));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error')).end();
  });
}

test('clients in full swing are answered until new connections are refused: none is cut off', async () => {
  const server = await serving();
  const outcomes: string[] = [];
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let last = 'answered'; last === 'answered'; ) {
      last = await get(server.port, agent);
      outcomes.push(last);
    }
    agent.destroy();
  };
  const clients = Array.from({ length: 8 }, client);
  while (outcomes.length < 200) await wait(1);
  expect(await server.drain()).toBe(true);
  await Promise.all(clients);
  expect([...new Set(outcomes)].sort()).toEqual(['ECONNREFUSED', 'answered']);
});

test('an idle connection that sends its next request just after the signal is answered', async () => {
  const server = await serving();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await get(server.port, agent)).toBe('answered');
  const drained = server.drain();
  expect(server.state.draining).toBe(true);
  expect(await get(server.port, agent)).toBe('answered');
  expect(await drained).toBe(true);
  agent.destroy();
});

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSlipwayError } from '@slipway/core';
import { type PostgresServer, startPostgres } from '@slipway/testkit/postgres-server';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderStore } from './artifacts/folder-store.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { ana, filesOf } from './fixtures/actors.ts';
import { openRegistry } from './open-registry.ts';
import type { ArtifactStore } from './ports.ts';
import { demandPresent } from './version-files.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.destroy());

const unavailable = { code: 'REGISTRY_UNAVAILABLE' };

test('a server that goes away and comes back: told so, nothing that was acknowledged is lost, and it works again', async () => {
  const url = await server.freshUrl();
  const registry = await openRegistry({ url, waitMsMax: 500 });
  const acknowledged = new Set<string>();
  let faults = 0;
  let stopped = false;
  const writing = (async () => {
    for (let number = 1; !stopped; number++) {
      await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana }).then(
        ({ version }) => acknowledged.add(version),
        (error) => {
          expect(error).toMatchObject(unavailable);
          faults++;
        },
      );
    }
  })();
  await until(() => acknowledged.size >= 20);
  await server.stop();
  await until(() => faults >= 3);
  await expect(registry.versions('m')).rejects.toMatchObject(unavailable);
  await expect(openRegistry({ url, waitMsMax: 500 })).rejects.toMatchObject(unavailable);
  const before = acknowledged.size;
  await server.start();
  await until(() => acknowledged.size >= before + 20);
  stopped = true;
  await writing;
  const there = new Set((await registry.versions('m')).map(({ version }) => version));
  for (const version of acknowledged) expect(there).toContain(version);
  expect((await registry.verifyAudit()).intact).toBe(true);
  await registry.close();
});

test('a schema that is not there is told as such, and is used once it is made', async () => {
  const url = (await server.freshUrl()).replace(/registry_\d+$/, 'team_a');
  await expect(openRegistry({ url })).rejects.toMatchObject({
    code: 'REGISTRY_SCHEMA',
    hint: expect.stringContaining('CREATE SCHEMA'),
    where: expect.not.stringContaining('secret'),
  });
  await server.run('CREATE SCHEMA team_a');
  const registry = await openRegistry({ url });
  expect(await registry.models()).toEqual([]);
  await registry.close();
});

test('a lock that somebody keeps is told after the wait, while reading goes on', async () => {
  const url = await server.freshUrl();
  const registry = await openRegistry({ url, waitMsMax: 200 });
  await registry.push('m', '1.0.0', filesOf(1), { by: ana });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN; SELECT * FROM slipway_audit_head FOR UPDATE');
  // More writers than there are connections: each is told, and none of them takes the connection of a reader.
  const promotions = Array.from({ length: 8 }, () => registry.promote('m', '1.0.0', { by: ana }));
  const settled = Promise.allSettled(promotions);
  expect(await registry.versions('m')).toHaveLength(1);
  for (const result of await settled) expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
  await expect(registry.promote('m', '1.0.0', { by: ana })).rejects.toThrow('another transaction holds it');
  await other.query('ROLLBACK');
  expect((await registry.promote('m', '1.0.0', { by: ana, expected: 0 })).kind).toBe('moved');
  await other.end();
  await registry.close();
});

test('a connection that is cut in the middle of a change leaves nothing half-done', async () => {
  const url = await server.freshUrl();
  const registry = await openRegistry({ url, waitMsMax: 5000 });
  await registry.push('m', '1.0.0', filesOf(1), { by: ana });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN; SELECT * FROM slipway_audit_head FOR UPDATE');
  const promoted = registry.promote('m', '1.0.0', { by: ana });
  const cut = expect(promoted).rejects.toMatchObject({ ...unavailable, details: { outcome: 'unchanged' } });
  const waiting =
    "SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE application_name = 'slipway' AND wait_event_type = 'Lock'";
  while ((await server.run(waiting)).length === 0);
  await cut;
  await other.query('ROLLBACK');
  await other.end();
  expect(await registry.history('m')).toEqual([]);
  expect((await registry.promote('m', '1.0.0', { by: ana })).kind).toBe('moved');
  await registry.close();
});

test('connections that are cut while a collection removes: a push then names no file that goes', async () => {
  const url = await server.freshUrl();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-cut-'));
  const store = folderStore(folder);
  const [collecting, pushing] = [await openRegistry({ url }), await openRegistry({ url })];
  await pushing.push('other', '1.0.0', filesOf(1), { by: ana });
  const bytes = [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')];
  const digests = await Promise.all(bytes.map((content) => store.put(content)));
  let pushed: Promise<unknown> | undefined;
  const cutting: ArtifactStore = {
    ...store,
    async delete(digest, signal) {
      if (pushed === undefined) {
        await server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slipway'");
        const [artifact = '', launch = '', golden = ''] = digests;
        const files = { artifact, launch, golden, reference: null, proof: null };
        // Whoever holds no lock any more cannot keep this from its answer.
        pushed = untilAvailable(() =>
          pushing.push('m', '1.0.0', files, { by: ana }, () =>
            demandPresent({ model: 'm', version: '1.0.0', ...files }, store),
          ),
        );
        await pushed.catch(() => undefined);
      }
      return store.delete(digest, signal);
    },
  };
  const beforeMs = Number.POSITIVE_INFINITY;
  const request = { registry: collecting, store: cutting, beforeMs, isDry: false, change: { by: ana } };
  await collectArtifacts(request).catch((error) => expect(error).toMatchObject(unavailable));
  await expect(pushed).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  for (const version of await pushing.versions('m')) await demandPresent(version, store);
  await Promise.all([collecting.close(), pushing.close(), rm(folder, { recursive: true })]);
});

test('a server that takes the connection and never says a word is not waited for without end', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await expect(openRegistry({ url: `postgres://u:hidden@127.0.0.1:${port}/d`, waitMsMax: 200 })).rejects.toMatchObject({
    ...unavailable,
    where: expect.not.stringContaining('hidden'),
  });
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('a wrong password, a database that is not there and no server at all are told apart from our own mistakes', async () => {
  const url = new URL(await server.freshUrl());
  const [noServer, noDatabase] = [new URL(url), new URL(url)];
  noServer.port = '1';
  noDatabase.pathname = '/none';
  await expect(openRegistry({ url: noServer.href })).rejects.toMatchObject(unavailable);
  await expect(openRegistry({ url: noDatabase.href })).rejects.toMatchObject({
    ...unavailable,
    message: expect.stringContaining('no such database'),
  });
  await expect(openRegistry({ url: 'postgres://[' })).rejects.toMatchObject({ code: 'REGISTRY_URL' });
});

/** Makes a call again whose connection was cut. */
async function untilAvailable<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isSlipwayError(error) || error.code !== unavailable.code) throw error;
    }
  }
}

/** Looks again whenever the event loop has been round: what is waited for comes from elsewhere. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

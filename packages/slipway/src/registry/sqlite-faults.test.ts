import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../system/clock.ts';
import { openSqlite } from './database/sqlite-database.ts';
import { ana, filesOf } from './fixtures/actors.ts';
import { openRegistry, registryOn } from './open-registry.ts';
import type { Registry } from './ports.ts';
import { migrate } from './schema/migrate.ts';

let folder: string;
let path: string;
let opened: Registry[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-sqlite-'));
  path = join(folder, 'registry.db');
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((registry) => registry.close()));
  await rm(folder, { recursive: true, force: true });
});

test('a disk that is full in the middle of a change: told so, nothing half-done, and it goes on with more room', async () => {
  const small = await open(80);
  const body = 'x'.repeat(3000);
  const push = async (registry: Registry, number: number) => {
    await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana, evidence: body });
    await registry.promote('m', `${number}.0.0`, { by: ana, evidence: body });
  };
  let acknowledged = 0;
  const full = async () => {
    for (let number = 1; number < 1000; number++) {
      await push(small, number);
      acknowledged = number;
    }
  };
  await expect(full()).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringMatching(/disk is full.*Nothing was changed/),
  });
  expect(acknowledged).toBeGreaterThan(3);
  // The write that failed is either the push or the promotion; the other one of the pair may be there.
  const sound = async (registry: Registry) => {
    expect((await registry.verifyAudit()).intact).toBe(true);
    const [versions, moves, { sequence }] = [
      await registry.versions('m'),
      await registry.history('m'),
      await registry.auditHead(),
    ];
    expect(versions.length + moves.length).toBe(sequence);
    return [versions.length, moves.length];
  };
  const [versions, moves] = await sound(small);
  expect([acknowledged, acknowledged + 1]).toContain(versions);
  expect(moves).toBe(acknowledged);
  const roomy = await open(100_000);
  await push(roomy, 1000);
  expect(await sound(roomy)).toEqual([versions + 1, moves + 1]);
});

test('a lock that another process keeps: told so after the wait, while reading goes on, and it works once it is free', async () => {
  const registry = await openRegistry({ url: `sqlite:${path}`, waitMsMax: 100 });
  opened.push(registry);
  await registry.push('m', '1.0.0', filesOf(1), { by: ana });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const promoted = registry.promote('m', '1.0.0', { by: ana });
  const read = registry.versions('m');
  await expect(promoted).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringContaining('another process holds it'),
  });
  expect(await read).toHaveLength(1);
  other.exec('ROLLBACK');
  other.close();
  expect((await registry.promote('m', '1.0.0', { by: ana, expected: 0 })).kind).toBe('moved');
});

test('many that wait for one lock do not wait for each other on top of it', async () => {
  const registry = await openRegistry({ url: `sqlite:${path}`, waitMsMax: 400 });
  opened.push(registry);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const pushes = Array.from({ length: 100 }, (_, number) =>
    registry.push('m', `${number}.0.0`, filesOf(1), { by: ana }),
  );
  // One after the other they would take 40 seconds, more than the runner allows.
  for (const result of await Promise.allSettled(pushes)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'REGISTRY_UNAVAILABLE' } });
  }
  other.exec('ROLLBACK');
  other.close();
});

test('a lock that is given back in time is waited for', async () => {
  const registry = await open();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const pushed = registry.push('m', '1.0.0', filesOf(1), { by: ana });
  // A read has its turn while the push waits.
  expect(await registry.models()).toEqual([]);
  other.exec('COMMIT');
  other.close();
  expect((await pushed).ordinal).toBe(1);
});

test('a file that is no database is told as such, and left alone', async () => {
  await writeFile(path, 'precious notes, much longer than the header of a database file is. '.repeat(100));
  await expect(openRegistry({ url: `sqlite:${path}` })).rejects.toMatchObject({
    code: 'REGISTRY_CORRUPT',
    where: path,
  });
});

test('a place where no file can be is told', async () => {
  await writeFile(join(folder, 'file'), '');
  await mkdir(path);
  for (const place of [path, join(folder, 'file', 'registry.db')]) {
    await expect(openRegistry({ url: `sqlite:${place}` })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  }
  await expect(openRegistry({ url: 'mysql://host/db' })).rejects.toMatchObject({ code: 'REGISTRY_URL' });
});

test('a long row of changes leaves the event loop its turns', async () => {
  const registry = await open();
  let turns = 0;
  let done = false;
  const count = () => {
    turns++;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  for (let number = 1; number <= 20; number++) await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana });
  done = true;
  expect(turns).toBeGreaterThanOrEqual(20);
});

async function open(pagesMax?: number): Promise<Registry> {
  const size = pagesMax === undefined ? {} : { pagesMax };
  const database = await openSqlite({ path, waitMsMax: 10_000, create: true, ...size });
  await migrate(database, { create: true });
  const registry = registryOn(database, systemClock);
  opened.push(registry);
  return registry;
}

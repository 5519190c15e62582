import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnerLaunch } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ana, bo, filesOf } from './fixtures/actors.ts';
import { openRegistry } from './open-registry.ts';
import type { ArtifactStore, Registry } from './ports.ts';
import { promoteVersion } from './promote-version.ts';

let folder: string;
let registry: Registry;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-promote-'));
  registry = await openRegistry({ url: `sqlite:${join(folder, 'registry.db')}` });
  await registry.push('m', '1.0.0', filesOf(1), { by: ana });
  await registry.push('m', '2.0.0', filesOf(2), { by: ana });
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

/** A store that has every file, and keeps each caller waiting until `callers` of them have looked at the alias. */
function storeFor(callers: number): ArtifactStore {
  let waiting = 0;
  let release = () => {};
  const all = new Promise<void>((resolve) => {
    release = resolve;
  });
  const get = async () => {
    waiting += 1;
    if (waiting === callers) release();
    await all;
    return new TextEncoder().encode(learnerLaunch);
  };
  return { where: 'memory', verify: async () => {}, get } as unknown as ArtifactStore;
}

async function promoteTogether(): Promise<readonly string[]> {
  const store = storeFor(2);
  const [one, two] = [await registry.version('m', '1.0.0'), await registry.version('m', '2.0.0')];
  const settled = await Promise.allSettled([
    promoteVersion(registry, store, { version: one, alias: 'production', change: { by: ana } }),
    promoteVersion(registry, store, { version: two, alias: 'production', change: { by: bo } }),
  ]);
  return settled.map((each) => (each.status === 'fulfilled' ? 'moved' : (each.reason as { code: string }).code)).sort();
}

test('of two people who promote at once one is told, also when the alias was never there, or was removed', async () => {
  expect(await promoteTogether()).toEqual(['REGISTRY_CONFLICT', 'moved']);
  await registry.removeAlias('m', 'production', { by: ana });
  expect(await promoteTogether()).toEqual(['REGISTRY_CONFLICT', 'moved']);
});

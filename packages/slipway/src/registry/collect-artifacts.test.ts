import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { learnerLaunch, learnerModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listOf } from './artifacts/fixtures/conformance.ts';
import { startS3, type TestS3 } from './artifacts/fixtures/s3-server.ts';
import { openArtifactStore } from './artifacts/open-store.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { ana, bo } from './fixtures/actors.ts';
import { openRegistry } from './open-registry.ts';
import type { ArtifactStore, Registry } from './ports.ts';
import { pushLaunch } from './push-launch.ts';
import { demandIntact } from './version-files.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-collect-'));
let s3: TestS3;
beforeAll(async () => {
  s3 = await startS3(join(root, 's3'));
});
afterAll(async () => {
  await s3.close();
  rmSync(root, { recursive: true, force: true });
});

/** Later than everything: whatever no version names may go, even what a push has put this moment. */
const always = Number.POSITIVE_INFINITY;
const opened: Registry[] = [];
afterAll(() => Promise.all(opened.map((registry) => registry.close())));

interface Place {
  readonly registry: Registry;
  readonly store: ArtifactStore;
  /** Another process: a connection of its own to the same registry. */
  readonly other: Registry;
  push(
    version: string,
    options?: { readonly bias?: number; readonly store?: ArtifactStore; readonly patienceMs?: number },
  ): Promise<void>;
}

async function place(artifacts: string): Promise<Place> {
  const folder = mkdtempSync(join(root, 'place-'));
  const url = `sqlite:${join(folder, 'registry.db')}`;
  const [registry, other] = [await openRegistry({ url }), await openRegistry({ url })];
  opened.push(registry, other);
  const own = artifacts === 'a folder' ? `file:${join(folder, 'artifacts')}` : `s3://models/${folder.slice(-6)}`;
  const store = await openArtifactStore({ url: own, folder, env: s3.env });
  return {
    ...{ registry, other, store },
    async push(version, { bias = 5, store: through = store, patienceMs = 60_000 } = {}) {
      const launch = mkdtempSync(join(folder, 'launch-'));
      const text = learnerLaunch.replace('version: 1.0.0', `version: ${version}`);
      const path = writeLearnerLaunch(launch, { text, model: learnerModel(bias) });
      await pushLaunch({
        path: typeof path === 'string' ? path : join(launch, 'launch.yaml'),
        ...{ surroundings: { folder, env: {} }, registry, store: through, change: { by: ana }, patienceMs },
      });
    },
  };
}

async function expectIntact({ registry, store }: Place): Promise<void> {
  for (const version of await registry.versions('learner-risk')) await demandIntact(version, store);
}

const collectIn = (
  { other: registry, store }: Pick<Place, 'other' | 'store'>,
  { beforeMs = always, isDry = false } = {},
) => collectArtifacts({ registry, store, beforeMs, isDry, change: { by: bo, why: 'room' } });

describe.each(['a folder', 'an S3 server'])('with %s', (artifacts) => {
  test('the files of a deleted version go, those of others and young ones stay; the log says what went', async () => {
    const here = await place(artifacts);
    await here.push('1.0.0', { bias: 5 });
    await here.push('1.1.0', { bias: 6 });
    const gone = await here.registry.version('learner-risk', '1.1.0');
    const stray = await here.store.put(Buffer.from('of a push that was stopped'));
    await here.registry.deleteVersion('learner-risk', '1.1.0', { by: ana });
    const before = await listOf(here.store);
    expect(await collectIn(here, { beforeMs: Date.now() - 60_000 })).toMatchObject({ unused: [] });
    const dry = await collectIn(here, { isDry: true });
    expect(await listOf(here.store)).toEqual(before);
    const done = await collectIn(here);
    expect(done.unused).toEqual(dry.unused);
    const removed = done.unused.map(({ digest }) => digest);
    expect(removed).toContain(gone.artifact);
    expect(removed).toContain(stray);
    expect(done).toMatchObject({ files: before.length, inUse: before.length - removed.length, young: 0 });
    await expectIntact(here);
    expect(await listOf(here.store)).toHaveLength(done.inUse);
    const last = (await here.registry.audit()).at(-1);
    expect(last).toMatchObject({ action: 'artifacts.collect', by: bo, why: 'room', details: { digests: removed } });
    expect((await here.registry.verifyAudit()).intact).toBe(true);
    expect((await collectIn(here)).unused).toEqual([]);
  });

  test('what a push found there and a collection took before it was named is put again', async () => {
    const here = await place(artifacts);
    await here.push('1.0.0');
    await here.registry.deleteVersion('learner-risk', '1.0.0', { by: ana });
    let collections = 0;
    const collectedBeside: ArtifactStore = {
      ...here.store,
      async put(content) {
        const digest = await here.store.put(content);
        if (collections++ === 0) expect((await collectIn(here)).unused.map((file) => file.digest)).toContain(digest);
        return digest;
      },
    };
    await here.push('1.1.0', { store: collectedBeside });
    expect(collections).toBeGreaterThan(0);
    await expectIntact(here);
  });

  test('a push that comes while a collection removes waits for it, and puts again what went', async () => {
    const here = await place(artifacts);
    await here.push('1.0.0');
    await here.registry.deleteVersion('learner-risk', '1.0.0', { by: ana });
    const [begun, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: ArtifactStore = {
      ...here.store,
      async delete(digest) {
        begun.resolve();
        await found.promise;
        return here.store.delete(digest);
      },
    };
    const collected = collectIn({ other: here.other, store: slow });
    await begun.promise;
    let puts = 0;
    const told: ArtifactStore = {
      ...here.store,
      async put(content) {
        const digest = await here.store.put(content);
        // All files have been found where they were: the push now asks for the registry's lock.
        if (++puts === 3) found.resolve();
        return digest;
      },
    };
    await Promise.all([here.push('1.1.0', { store: told }), collected]);
    expect(puts).toBeGreaterThan(3);
    await expectIntact(here);
  });

  test('pushes, deletions and collections at once leave every version whole', async () => {
    const here = await place(artifacts);
    await here.push('1.0.0');
    let [isOver, beforeMs, removed] = [false, 0, 0];
    const collecting = async () => {
      // What was written before this round may go at any moment of it.
      while (!isOver) removed += (await collectIn(here, { beforeMs })).unused.length;
    };
    const pushing = async () => {
      for (let round = 1; round <= 8; round++) {
        // An S3 store tells the age of a file in whole seconds.
        beforeMs = Math.floor(Date.now() / 1000) * 1000;
        const bias = round % 2;
        await Promise.all([here.push(`1.${round}.0`, { bias }), here.push(`2.${round}.0`, { bias: bias + 2 })]);
        await here.registry.deleteVersion('learner-risk', `1.${round}.0`, { by: ana });
        await expectIntact(here);
      }
    };
    await Promise.all([collecting(), pushing().finally(() => (isOver = true))]);
    await expectIntact(here);
    removed += (await collectIn(here)).unused.length;
    expect(removed).toBeGreaterThan(0);
    expect(await here.registry.versions('learner-risk')).toHaveLength(9);
  });
});

test('a registry that never held a model takes nothing from a store: it can hardly be its own', async () => {
  const { store } = await place('a folder');
  const { registry } = await place('a folder');
  await store.put(Buffer.from('of somebody else'));
  const asked = { registry, store, beforeMs: always, isDry: false, change: { by: ana } };
  await expect(collectArtifacts(asked)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND', where: registry.where });
  expect(await listOf(store)).toHaveLength(1);
});

test('a store that fails in the middle is told; what was to go is in the log, and the next run goes on', async () => {
  const here = await place('a folder');
  await here.push('1.0.0');
  for (const text of ['one', 'two', 'three']) await here.store.put(Buffer.from(text));
  let deletions = 0;
  const failing: ArtifactStore = {
    ...here.store,
    async delete(digest) {
      if (++deletions === 2) throw new Error('the cable');
      return here.store.delete(digest);
    },
  };
  await expect(collectIn({ other: here.other, store: failing })).rejects.toThrow('the cable');
  const logged = (await here.registry.audit()).at(-1);
  const digests = [expect.any(String), expect.any(String), expect.any(String)];
  expect(logged).toMatchObject({ action: 'artifacts.collect', details: { stage: 'begun', digests } });
  expect((await collectIn(here)).unused).toHaveLength(2);
});

test('a push of a live version whose own proof is lost gives it the proof of this push', async () => {
  const here = await place('a folder');
  await here.push('1.0.0');
  const { artifact, launch, reference, golden, proof } = await here.registry.version('learner-risk', '1.0.0');
  const other = await here.store.put(Buffer.from('of another engine'));
  await here.registry.deleteVersion('learner-risk', '1.0.0', { by: ana });
  const files = { artifact, launch, reference, golden, proof: other };
  expect(await here.registry.push('learner-risk', '1.0.0', files, { by: bo })).toMatchObject({ proof: other });
  await here.push('1.0.0');
  expect(await here.registry.version('learner-risk', '1.0.0')).toMatchObject({ proof: other });
  await here.store.delete(other);
  await here.push('1.0.0');
  expect(await here.registry.version('learner-risk', '1.0.0')).toMatchObject({ proof });
  await expectIntact(here);
  expect(await here.registry.verifyAudit()).toMatchObject({ intact: true });
});

test('a collection that was left half-way is ended by the push that needs its files, once nobody can be at it', async () => {
  const here = await place('a folder');
  await here.push('1.0.0');
  const { launch: _, ...files } = await here.registry.version('learner-risk', '1.0.0');
  await here.registry.deleteVersion('learner-risk', '1.0.0', { by: ana });
  const begun = await here.other.beginCollection([files.artifact], { by: bo });
  await here.store.delete(files.artifact);
  await here.push('1.0.0', { patienceMs: 1 });
  await expectIntact(here);
  expect(await here.registry.isCollecting(begun?.sequence ?? 0)).toBe(false);
});

test('a collection that somebody ended meanwhile removes nothing more', async () => {
  const here = await place('a folder');
  await here.push('1.0.0');
  for (const text of ['one', 'two', 'three']) await here.store.put(Buffer.from(text));
  const slept: ArtifactStore = {
    ...here.store,
    async delete(digest) {
      const was = await here.store.delete(digest);
      const begun = (await here.registry.audit()).at(-1);
      await here.registry.endCollection(begun?.sequence ?? 0, [], { by: ana });
      return was;
    },
  };
  expect((await collectIn({ other: here.other, store: slept })).unused).toHaveLength(1);
  expect((await here.registry.audit()).at(-1)).toMatchObject({ by: bo, details: { digests: [expect.any(String)] } });
});

test('drafts of machines that nobody can ask go with their age', async () => {
  const here = await place('a folder');
  await here.push('1.0.0');
  const drafts = join(here.store.where, 'drafts');
  const draft = join(drafts, 'another-machine.12.00000000-0000-4000-8000-000000000000.part');
  writeFileSync(draft, 'half');
  utimesSync(draft, new Date('2026-01-01'), new Date('2026-01-01'));
  expect((await collectIn(here, { beforeMs: Date.parse('2025-12-31') })).drafts).toBe(0);
  expect((await collectIn(here, { beforeMs: Date.parse('2026-01-02') })).drafts).toBe(1);
  expect(readdirSync(drafts)).toEqual([]);
});

import { fail, parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { memoryLog, openTestServer, type TestModel, testModel } from '../fixtures/open-test-server.ts';
import { createKillSwitch } from './kill-switch.ts';
import { createModelRepository, type FollowedEntry } from './model-repository.ts';
import { modelIndex, readiness } from './model-states.ts';

const modelOf = (version: string, name = 'learner-risk') =>
  testModel(parseLaunch(learnerLaunch.replace('1.0.0', version).replace('learner-risk', name), 'launch.yaml'));

/** A repository whose openings are in the hands of the test. */
function start() {
  const { meter } = openTestServer({ empty: true });
  const openings = new Map<string, { resolve(model: TestModel): void; reject(error: Error): void }[]>();
  const followed = new Map<string, FollowedEntry<TestModel>>();
  const repository = createModelRepository<TestModel>({
    meter,
    log: memoryLog([]),
    monotonicMs: () => 0,
    killSwitch: createKillSwitch(() => {}),
    open: (reference) =>
      new Promise((resolve, reject) => {
        openings.set(reference, [...(openings.get(reference) ?? []), { resolve, reject }]);
      }),
    parse(reference) {
      const [name, at] = reference.split('@');
      return at === undefined || name === undefined ? null : { name, alias: /^\d/.test(at) ? null : at };
    },
    follow(entry) {
      followed.set(entry.reference, entry);
      return () => {
        followed.delete(entry.reference);
      };
    },
  });
  const load = async (reference: string, model: TestModel) => {
    const loading = repository.load(reference);
    openings.get(reference)?.at(-1)?.resolve(model);
    await loading;
  };
  return { repository, openings, followed, load };
}

const codeOf = (run: () => unknown) => {
  try {
    run();
    return null;
  } catch (thrown) {
    return thrown as { code: string; message: string };
  }
};

test('the only model needs no name; of several one is found by its name, and by version or alias', async () => {
  const { repository, load } = start();
  await load('learner-risk@production', modelOf('1.0.0'));
  expect(repository.locate().version).toBe('1.0.0');
  await load('learner-risk@staging', modelOf('2.0.0'));
  expect(repository.locate().version).toBe('1.0.0');
  expect(repository.locate('learner-risk', '2.0.0').version).toBe('2.0.0');
  expect(repository.locate('learner-risk', 'staging').version).toBe('2.0.0');
  await load('other.yaml', modelOf('7.0.0', 'other'));
  expect(repository.locate('other').version).toBe('7.0.0');
  expect(codeOf(() => repository.locate())?.message).toContain('Several models are served: "learner-risk", "other"');
  expect(codeOf(() => repository.locate('othre'))).toMatchObject({
    code: 'MODEL_NOT_FOUND',
    hint: 'Did you mean other?',
  });
  expect(codeOf(() => repository.locate('other', '8'))?.message).toContain('no version "8" of "other" here, but 7.0.0');
});

test('a model that opens is not ready yet; one that cannot be opened says why, and the others answer', async () => {
  const { repository, openings, load } = start();
  repository.declare(['learner-risk@production', 'other.yaml']);
  const loading = repository.load('learner-risk@production');
  expect(codeOf(() => repository.locate('learner-risk'))).toMatchObject({ code: 'MODEL_NOT_READY' });
  openings.get('learner-risk@production')?.[0]?.reject(fail('PROOF_FAILED', { message: 'It is another one.' }));
  await expect(loading).rejects.toMatchObject({ code: 'PROOF_FAILED' });
  await load('other.yaml', modelOf('1.0.0', 'other'));
  expect(repository.locate('other').version).toBe('1.0.0');
  expect(modelIndex(repository)).toMatchObject([
    { model: 'learner-risk', state: 'failed', version: null, reason: { code: 'PROOF_FAILED' } },
    { model: 'other', state: 'ready', version: '1.0.0', reason: null },
  ]);
  const state = { draining: false, refusing: false, inFlight: 0 };
  expect(codeOf(() => readiness(repository, state))).toMatchObject({ code: 'MODEL_NOT_READY' });
  repository.unload('learner-risk@production');
  expect(readiness(repository, state)).toMatchObject({ ready: true, models: [{ model: 'other' }] });
});

test('a model that nobody declared and that cannot be opened changes nothing; nor does one while it opens', async () => {
  const { repository, openings, load } = start();
  await load('learner-risk@production', modelOf('1.0.0'));
  const loading = repository.load('nosuch@1.0.0');
  const state = { draining: false, refusing: false, inFlight: 0 };
  expect(readiness(repository, state)).toMatchObject({ ready: true, models: [{ model: 'learner-risk' }] });
  openings.get('nosuch@1.0.0')?.[0]?.reject(fail('VERSION_NOT_FOUND', { message: 'There is none.' }));
  await expect(loading).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  expect(readiness(repository, state)).toMatchObject({ ready: true, models: [{ model: 'learner-risk' }] });
  expect(repository.locate().version).toBe('1.0.0');
  await load('other@1.0.0', modelOf('1.0.0', 'other'));
  repository.unload('other@1.0.0');
  expect(repository.locate().name).toBe('learner-risk');
});

test('a version that cannot be served leaves the one before, and the model says so', async () => {
  const { repository, openings, followed, load } = start();
  await load('learner-risk@production', modelOf('1.0.0'));
  const again = repository.load('learner-risk@production');
  openings.get('learner-risk@production')?.[1]?.reject(fail('PROOF_FAILED', { message: 'Golden rows changed.' }));
  await expect(again).rejects.toMatchObject({ code: 'PROOF_FAILED' });
  expect(repository.locate().version).toBe('1.0.0');
  expect(modelIndex(repository)).toMatchObject([{ state: 'ready', reason: { message: 'Golden rows changed.' } }]);
  followed.get('learner-risk@production')?.trouble(null);
  expect(modelIndex(repository)).toMatchObject([{ state: 'ready', reason: null }]);
});

test('an unloaded model is closed and followed no more, and one that opens after that is not served', async () => {
  const { repository, openings, followed, load } = start();
  const model = modelOf('1.0.0');
  await load('learner-risk@production', model);
  const again = repository.load('learner-risk@production');
  repository.unload('learner-risk@production');
  expect(followed.size).toBe(0);
  expect(model.closed.count).toBe(1);
  const late = modelOf('1.1.0');
  openings.get('learner-risk@production')?.[1]?.resolve(late);
  await again;
  expect(late.closed.count).toBe(1);
  expect(codeOf(() => repository.locate('learner-risk'))?.message).toContain('was unloaded');
  await load('learner-risk@production', modelOf('1.2.0'));
  expect(repository.locate('learner-risk').version).toBe('1.2.0');
  expect(codeOf(() => repository.unload('nothing.yaml'))).toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('a model that changes its name in place is found by the new one', async () => {
  const { repository, followed, load } = start();
  await load('launch.yaml', modelOf('1.0.0'));
  followed.get('launch.yaml')?.slot.put(modelOf('1.0.0', 'renamed'));
  expect(repository.locate('renamed').name).toBe('renamed');
  expect(codeOf(() => repository.locate('learner-risk'))).toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

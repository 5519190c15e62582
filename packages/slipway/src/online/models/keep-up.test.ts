import { fail, parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { type LogLine, memoryLog, type TestModel, testModel } from '../fixtures/open-test-server.ts';
import { keepUp } from './keep-up.ts';

const modelOf = (version: string) => testModel(parseLaunch(learnerLaunch.replace('1.0.0', version), 'launch.yaml'));

/** Keeps up from 1.0.0; each opening is in the hands of the test. */
function start() {
  const lines: LogLine[] = [];
  const openings: PromiseWithResolvers<TestModel>[] = [];
  const put: string[] = [];
  let reason: string | null = null;
  const keeper = keepUp<TestModel>({
    log: memoryLog(lines),
    served: '1.0.0',
    open: () => {
      const opening = Promise.withResolvers<TestModel>();
      openings.push(opening);
      return opening.promise;
    },
    put: ({ launch }) => put.push(launch.version),
    trouble: (error) => {
      reason = error?.message ?? null;
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { keeper, openings, put, lines, settle, reason: () => reason };
}

test('another version is served once it is open, and looks meanwhile open nothing more', async () => {
  const { keeper, openings, put, settle } = start();
  keeper.want('1.0.0');
  expect(openings).toHaveLength(0);
  keeper.want('1.1.0');
  keeper.want('1.1.0');
  expect(put).toEqual([]);
  openings[0]?.resolve(modelOf('1.1.0'));
  await settle();
  keeper.want('1.1.0');
  expect(put).toEqual(['1.1.0']);
  expect(openings).toHaveLength(1);
});

test('a version that cannot be opened leaves the one before, says so once, and is tried less and less often', async () => {
  const { keeper, openings, put, lines, settle, reason } = start();
  const openedAt: number[] = [];
  for (let look = 1; look <= 16; look++) {
    const before = openings.length;
    keeper.want('1.1.0');
    if (openings.length === before) continue;
    openedAt.push(look);
    openings.at(-1)?.reject(fail('PROOF_FAILED', { message: 'Golden rows changed.' }));
    await settle();
  }
  expect(openedAt).toEqual([1, 3, 6, 11]);
  expect(reason()).toBe('Golden rows changed.');
  expect(put).toEqual([]);
  expect(lines).toHaveLength(1);
  keeper.want('1.0.0');
  expect(reason()).toBeNull();
  keeper.want('1.2.0');
  openings.at(-1)?.resolve(modelOf('1.2.0'));
  await settle();
  expect([put, reason()]).toEqual([['1.2.0'], null]);
});

test('an alias that moves on while a version opens is followed to where it is by then', async () => {
  const { keeper, openings, put, settle } = start();
  keeper.want('1.1.0');
  keeper.want('1.2.0');
  openings[0]?.resolve(modelOf('1.1.0'));
  await settle();
  expect(openings).toHaveLength(2);
  openings[1]?.resolve(modelOf('1.2.0'));
  await settle();
  expect(put).toEqual(['1.1.0', '1.2.0']);
});

test('what opens after the end, or is what is served already, is closed', async () => {
  const { keeper, openings, put, settle } = start();
  const [same, late] = [modelOf('1.0.0'), modelOf('1.1.0')];
  keeper.want('1.1.0');
  openings[0]?.resolve(same);
  await settle();
  keeper.want('1.1.0');
  keeper.end();
  openings[1]?.resolve(late);
  await settle();
  expect([same.closed.count, late.closed.count, put]).toEqual([1, 1, []]);
});

test('a registry that gives no answer is told until it answers', () => {
  const { keeper, reason } = start();
  keeper.lose(fail('REGISTRY_UNAVAILABLE', { message: 'It is gone.' }));
  expect(reason()).toBe('It is gone.');
  keeper.want('1.0.0');
  expect(reason()).toBeNull();
});

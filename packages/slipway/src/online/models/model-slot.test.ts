import { parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { openTestServer, testModel } from '../fixtures/open-test-server.ts';

const record = { hours_studied: 3, quiz_score: 83 };
const launchOf = (version: string) => parseLaunch(learnerLaunch.replace('1.0.0', version), 'launch.yaml');

test('a request that has begun finishes on the model that it began on, which closes when it is idle', async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { post, put, repository } = openTestServer({ empty: true });
  const [first, second] = [testModel(launchOf('1.0.0'), null, gate), testModel(launchOf('2.0.0'))];
  put(first);
  const slow = post(record);
  while (repository.find()?.inFlight === 0) await new Promise((resolve) => setImmediate(resolve));

  put(second);
  expect((await post(record)).json().version).toBe('2.0.0');
  expect(first.closed.count).toBe(0);

  open();
  expect((await slow).json().version).toBe('1.0.0');
  expect(first.closed.count).toBe(1);
  expect(second.closed.count).toBe(0);
});

test('an idle model closes as soon as another takes its place, and once', async () => {
  const { post, put, repository } = openTestServer({ empty: true });
  const [first, second] = [testModel(launchOf('1.0.0')), testModel(launchOf('2.0.0'))];
  put(first);
  await post(record);
  put(second);
  repository.unload('launch.yaml');
  expect([first.closed.count, second.closed.count]).toEqual([1, 1]);
  expect((await post(record)).statusCode).toBe(404);
  put(testModel(launchOf('3.0.0')));
  expect((await post(record)).json().version).toBe('3.0.0');
});

test('a model that does not close is a warning and no more', async () => {
  const { put, repository, lines } = openTestServer({ empty: true });
  put({ ...testModel(launchOf('1.0.0')), close: () => Promise.reject(new Error('busy')) });
  repository.unload('launch.yaml');
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toMatchObject([{ level: 'warn', fields: { version: '1.0.0', err: { message: 'busy' } } }]);
});

test.each([
  ['as many as its session says', () => 40, 40],
  ['some where it cannot say', undefined, 32],
  ['few where it knows nothing', () => null, 4],
])('a version that takes the place lets in at first %s', async (_, rowsWithin, wanted) => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { post, put } = openTestServer({ empty: true });
  const model = testModel(launchOf('1.0.0'), null, gate);
  const { session } = model.predictor;
  const knowing = rowsWithin === undefined ? session : { ...session, rowsWithin };
  put({ ...model, predictor: { ...model.predictor, session: knowing } });
  const early: number[] = [];
  const answers = Array.from({ length: 60 }, () =>
    post(record).then(({ statusCode }) => {
      early.push(statusCode);
      return statusCode;
    }),
  );
  while (early.length < 60 - wanted) await new Promise((resolve) => setImmediate(resolve));
  expect(new Set(early)).toEqual(new Set([503]));
  open();
  expect((await Promise.all(answers)).filter((status) => status === 200)).toHaveLength(wanted);
});

import { fail, parseLaunch } from '@slipway/core';
import { learnerLaunch } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { everyone } from './fixtures/everyone.ts';
import { type LogLine, memoryLog, openTestServer, type TestModel, testModel } from './fixtures/open-test-server.ts';
import { createKillSwitch } from './models/kill-switch.ts';
import { type RunOptions, runServer } from './run-server.ts';

interface Running {
  readonly url: string;
  readonly lines: readonly LogLine[];
  /** Opens the model, or fails to. */
  readonly opening: { resolve(model: TestModel): void; reject(error: Error): void };
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

/** A server that listens on a free port, with opening and end in the hands of the test. */
async function start(onReady: RunOptions<TestModel>['onReady'] = () => () => {}): Promise<Running> {
  const lines: LogLine[] = [];
  const opening = Promise.withResolvers<TestModel>();
  const stop = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<string>();
  const log = memoryLog(lines);
  const ended = runServer<TestModel>({
    host: '127.0.0.1',
    port: 0,
    drainDelayMs: 0,
    drainTimeoutMs: 60_000,
    meter: openTestServer({ empty: true }).meter,
    log: {
      ...log,
      debug: (fields, message) => {
        if (message === 'listening') listening.resolve((fields as { url: string }).url);
      },
    },
    wallMs: () => 0,
    monotonicMs: () => 0,
    wait: () => new Promise(() => {}),
    slipwayVersion: '0.0.0',
    tls: null,
    killSwitch: createKillSwitch(() => {}),
    access: everyone,
    references: ['launch.yaml'],
    listensFirst: true,
    open: () => opening.promise,
    parse: () => null,
    follow: () => () => {},
    onReady,
    stop: stop.promise,
  });
  ended.catch(() => {});
  return { url: await listening.promise, lines, opening, stop: () => stop.resolve(), ended };
}

const statusOf = async (url: string) => (await fetch(url, { headers: { connection: 'close' } })).status;
const model = () => testModel(parseLaunch(learnerLaunch, 'launch.yaml'));

test('it listens first, is live at once, and is ready only when the model is open', async () => {
  let isReady = false;
  const { url, opening, stop, ended } = await start(() => {
    isReady = true;
    return () => {
      isReady = false;
    };
  });
  expect([await statusOf(`${url}/health/live`), await statusOf(`${url}/health/ready`)]).toEqual([200, 503]);
  expect(isReady).toBe(false);
  const opened = model();
  opening.resolve(opened);
  while ((await statusOf(`${url}/health/ready`)) !== 200);
  expect(isReady).toBe(true);
  stop();
  await ended;
  expect(isReady).toBe(false);
  expect(opened.closed.count).toBe(1);
  await expect(fetch(url)).rejects.toThrow();
});

test('told to stop while the model opens, it ends; the model that opens later is closed', async () => {
  const { url, opening, stop, ended, lines } = await start();
  expect(await statusOf(`${url}/health/ready`)).toBe(503);
  stop();
  await ended;
  expect(lines.map(({ message }) => message)).toContain('draining');
  const late = model();
  opening.resolve(late);
  await new Promise((resolve) => setImmediate(resolve));
  expect(late.closed.count).toBe(1);
});

test('a model that cannot be opened ends it with that error, and nothing listens any more', async () => {
  const { url, opening, ended } = await start();
  opening.reject(fail('PROOF_FAILED', { message: 'Golden rows changed.' }));
  await expect(ended).rejects.toMatchObject({ code: 'PROOF_FAILED' });
  await expect(fetch(url)).rejects.toThrow();
});

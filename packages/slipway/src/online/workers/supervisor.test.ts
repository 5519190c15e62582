import { expect, test } from 'vitest';
import { type LogLine, memoryLog } from '../fixtures/open-test-server.ts';
import { supervise, type WorkerProcess } from './supervisor.ts';

interface Fake extends WorkerProcess {
  readonly told: string[];
  ready(): void;
  end(code: number | null, signal?: string | null): void;
}

function start(workers: number) {
  const started: Fake[] = [];
  const lines: LogLine[] = [];
  const pauses: { readonly ms: number; readonly then: () => void }[] = [];
  const now = { ms: 0 };
  const fake = (): Fake => {
    const ready: (() => void)[] = [];
    const ends: ((code: number | null, signal: string | null) => void)[] = [];
    const told: string[] = [];
    return {
      pid: started.length + 1,
      told,
      drain: () => told.push('drain'),
      kill: () => told.push('kill'),
      onReady: (listener) => ready.push(listener),
      onEnd: (listener) => ends.push(listener),
      ready() {
        for (const listener of ready) listener();
      },
      end(code, signal = null) {
        for (const listener of ends) listener(code, signal);
      },
    };
  };
  const supervisor = supervise({
    workers,
    start() {
      const worker = fake();
      started.push(worker);
      return worker;
    },
    log: memoryLog(lines),
    after(ms, then) {
      pauses.push({ ms, then });
      return () => {};
    },
    monotonicMs: () => now.ms,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const beginAll = async () => {
    started[0]?.ready();
    await settle();
    for (const worker of started.slice(1)) worker.ready();
    expect(await supervisor.begun).toBeNull();
  };
  return { supervisor, started, lines, pauses, now, settle, beginAll };
}

test('the first worker begins alone, the others when it is ready; one that cannot ends the start with its code', async () => {
  const { supervisor, started, settle } = start(3);
  expect(started).toHaveLength(1);
  started[0]?.ready();
  await settle();
  expect(started).toHaveLength(3);
  started[1]?.end(6);
  expect(await supervisor.begun).toBe(6);
});

test('a worker that dies is replaced, at once where it had lived, and after growing pauses where not', async () => {
  const { started, lines, pauses, now, settle, beginAll } = start(2);
  await beginAll();
  now.ms = 60_000;
  started[0]?.end(null, 'SIGKILL');
  expect(started).toHaveLength(3);
  expect(lines[0]).toMatchObject({ level: 'error', fields: { pid: 1, signal: 'SIGKILL', pause_ms: 0 } });
  started[2]?.end(1);
  pauses[0]?.then();
  started[3]?.end(1);
  pauses[1]?.then();
  started[4]?.end(1);
  expect(pauses.map(({ ms }) => ms)).toEqual([100, 200, 400]);
  await settle();
  expect(started[1]?.told).toEqual([]);
});

test('a restart replaces one after the other, each when its successor is ready', async () => {
  const { supervisor, started, settle, beginAll } = start(2);
  await beginAll();
  const restarted = supervisor.restart();
  expect(supervisor.restart()).toBe(restarted);
  await settle();
  expect(started).toHaveLength(3);
  expect(started[0]?.told).toEqual([]);
  started[2]?.ready();
  await settle();
  expect(started[0]?.told).toEqual(['drain']);
  expect(started).toHaveLength(3);
  started[0]?.end(0);
  await settle();
  started[3]?.ready();
  await settle();
  started[1]?.end(0);
  await restarted;
  expect(supervisor.pids()).toEqual([3, 4]);
});

test('a stop drains all, and nobody is replaced any more', async () => {
  const { supervisor, started, beginAll } = start(2);
  await beginAll();
  const stopped = supervisor.stop();
  expect(started.map(({ told }) => told)).toEqual([['drain'], ['drain']]);
  started[0]?.end(0);
  started[1]?.end(0);
  await stopped;
  expect(started).toHaveLength(2);
});

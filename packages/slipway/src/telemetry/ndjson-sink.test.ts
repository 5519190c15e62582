import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySink } from '@slipway/testkit';
import { conformSink, someEvent } from '@slipway/testkit/sink-conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openNdjsonSink } from './ndjson-sink.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-sink-'));
  file = join(folder, 'deep', 'events.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A wheel that a test turns: no timer runs. */
function handWheel() {
  const ticks: (() => void)[] = [];
  return {
    every: (_: number, tick: () => void) => {
      ticks.push(tick);
      return () => {
        ticks.splice(ticks.indexOf(tick), 1);
      };
    },
    turn: () => {
      for (const tick of [...ticks]) tick();
    },
    count: () => ticks.length,
  };
}

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const eventsOf = (path: string) => linesOf(path).map((line) => JSON.parse(line));
const one = (index: number) => ({ count: 1, event: () => someEvent(index) });

conformSink('NDJSON file', async () => {
  const sink = await openNdjsonSink({ file, flushMs: 1000, onError: () => {} });
  return { sink, arrived: async () => eventsOf(file) };
});

conformSink('memory', async () => {
  const sink = memorySink();
  return { sink, arrived: async () => sink.events };
});

describe('the NDJSON sink', () => {
  const failures: Error[] = [];
  const onError = (error: Error) => failures.push(error);
  beforeEach(() => {
    failures.length = 0;
  });

  test('appends to what is there', async () => {
    for (const index of [1, 2]) {
      const sink = await openNdjsonSink({ file, flushMs: 1000, onError });
      sink.write(one(index));
      await sink.close();
    }
    expect(eventsOf(file).map(({ id }) => id)).toEqual(['id-1', 'id-2']);
  });

  test('writes when its interval has passed, and not before', async () => {
    const wheel = handWheel();
    const sink = await openNdjsonSink({ file, flushMs: 1000, every: wheel.every, onError });
    sink.write(one(1));
    expect(linesOf(file)).toEqual([]);
    wheel.turn();
    await sink.flush();
    expect(sink.counts()).toEqual({ written: 1, dropped: 0, failed: 0 });
    await sink.close();
    expect(wheel.count()).toBe(0);
  });

  test('writes without waiting for the interval once a chunk is full', async () => {
    const sink = await openNdjsonSink({ file, flushMs: 1000, every: handWheel().every, onError });
    for (let index = 0; index < 1000; index++) sink.write(one(index));
    await new Promise((resolve) => setImmediate(resolve));
    while (sink.counts().written === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(sink.counts().written).toBeLessThan(1000);
    await sink.close();
    expect(eventsOf(file).map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, index) => `id-${index}`));
  });

  test('takes the text of an event where its maker offers one', async () => {
    const sink = await openNdjsonSink({ file, flushMs: 1000, onError });
    sink.write({ count: 1, event: () => someEvent(1), text: () => '{"text":"as given"}' });
    await sink.close();
    expect(linesOf(file)).toEqual(['{"text":"as given"}']);
  });

  test('drops and counts what does not fit into its bound, and goes on when there is room again', async () => {
    const sink = await openNdjsonSink({ file, flushMs: 1000, waitingBytesMax: 5000, onError });
    for (let index = 0; index < 100; index++) sink.write(one(index));
    const { dropped } = sink.counts();
    expect(dropped).toBeGreaterThan(80);
    await sink.flush();
    sink.write(one(100));
    await sink.close();
    expect(sink.counts()).toEqual({ written: 101 - dropped, dropped, failed: 0 });
    expect(eventsOf(file).at(-1).id).toBe('id-100');
  });

  test('a line that is larger than a chunk arrives whole', async () => {
    const sink = await openNdjsonSink({ file, flushMs: 1000, onError });
    const unit = '🎓'.repeat(100_000);
    sink.write(one(1));
    sink.write({ count: 1, event: () => ({ ...someEvent(2), unit }) });
    sink.write(one(3));
    await sink.close();
    expect(eventsOf(file).map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3']);
    expect(eventsOf(file)[1].unit).toBe(unit);
  });

  test('writes what waits at once when a process ends', async () => {
    const sink = await openNdjsonSink({ file, flushMs: 1000, every: handWheel().every, onError });
    sink.write(one(1));
    sink.flushNow();
    expect(eventsOf(file)).toHaveLength(1);
    await sink.close();
  });

  test.skipIf(process.platform !== 'linux')(
    'a disk that refuses is told once, its events are counted, and the caller notices nothing',
    async () => {
      const sink = await openNdjsonSink({ file: '/dev/full', flushMs: 1000, onError });
      for (const index of [1, 2]) {
        sink.write(one(index));
        await sink.flush();
      }
      expect(sink.counts()).toEqual({ written: 0, dropped: 0, failed: 2 });
      expect(failures.map((error) => (error as NodeJS.ErrnoException).code)).toEqual(['ENOSPC']);
      await sink.close();
    },
  );

  test('a file that cannot be opened is an error with its place', async () => {
    const taken = join(folder, 'taken');
    closeSync(openSync(taken, 'w'));
    const opening = openNdjsonSink({ file: join(taken, 'events.ndjson'), flushMs: 1000, onError });
    await expect(opening).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      where: join(taken, 'events.ndjson'),
    });
  });
});

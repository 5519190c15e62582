import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PredictionEvent, PredictionEvents } from '@slipway/core';
import { conformSink, someEvent } from '@slipway/testkit/sink-conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LogSinkOptions, openLogSink } from './log-sink.ts';
import { keepAll } from './policy.ts';
import { isWholeRecord } from './record-line.ts';

let folder: string;
const failures: Error[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  failures.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = { wallMs: () => Date.parse('2026-11-24T10:00:00Z'), monotonicMs: () => 0 };
const one = (index: number) => ({ count: 1, event: () => someEvent(index) });

function open(options: Partial<LogSinkOptions> = {}) {
  const onError = (error: Error) => failures.push(error);
  return openLogSink({ folder, clock, every: () => () => {}, onError, ...options });
}

const files = () => readdirSync(join(folder, 'segments')).sort();
const lines = () =>
  files().flatMap((name) =>
    readFileSync(join(folder, 'segments', name), 'utf8')
      .split('\n')
      .slice(0, -1),
  );
const records = () => lines().map((line) => JSON.parse(line) as Record<string, unknown>);

function events(): PredictionEvent[] {
  return records().map(({ share, check, ...event }) => event as unknown as PredictionEvent);
}

/** An event of the plain kind. */
const ascii = (index: number): PredictionEvent => ({ ...someEvent(index), unit: `learner-${index}`, fallback: null });

/** Events as a server hands them over: each writes its own bytes, unless it is none that has a JSON text. */
function made(all: readonly PredictionEvent[]): PredictionEvents {
  const event = (index: number) => all[index] as PredictionEvent;
  return {
    count: all.length,
    event,
    text: (index) => JSON.stringify(event(index)),
    bytes(index, memory, start, end) {
      if (Object.values(event(index).inputs).some((value) => typeof value === 'bigint')) return -1;
      const line = Buffer.from(JSON.stringify(event(index)));
      if (start + line.length > end) return -1;
      memory.set(line, start);
      return start + line.length;
    },
  };
}

conformSink('the prediction log', async () => ({ sink: await open(), arrived: async () => events() }));

describe('the sink of the prediction log', () => {
  test('every record carries a checksum that any changed byte breaks', async () => {
    const sink = await open();
    sink.write(one(0));
    await sink.close();
    const bytes = Buffer.from(lines()[0] ?? '');
    expect(isWholeRecord(bytes, 0, bytes.length)).toBe(true);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      expect(isWholeRecord(changed, 0, changed.length)).toBe(false);
    }
    expect(isWholeRecord(bytes, 0, bytes.length - 1)).toBe(false);
  });

  test.each([
    ['as they are', {}],
    ['cut where they are too large', { eventLengthMax: 420 }],
    ['sampled', { share: 0.5 }],
    ['without a redacted field', { redact: ['hours'] }],
    ['hashed under a key', { hash: ['unit', 'mentor_id'], key: 'k'.repeat(32) }],
  ])('events that write their own bytes stand in the file as others do: %s', async (_, policy) => {
    // Their texts are of many lengths, and of some of them no bytes are made.
    const events = Array.from({ length: 3000 }, (_, index) => ({
      ...someEvent(index),
      unit: 'é'.repeat(index % 3) + 'x'.repeat(index % 200),
    }));
    const texts = events.map((event) => JSON.stringify(event));
    let made = 0;
    const bytes = (index: number, memory: Uint8Array, start: number, end: number): number => {
      const line = Buffer.from(texts[index] ?? '');
      if (line.length !== texts[index]?.length || start + line.length > end) return -1;
      memory.set(line, start);
      made += 1;
      return start + line.length;
    };
    const event = (index: number) => events[index] as PredictionEvent;
    const written = async (name: string, batch: PredictionEvents) => {
      const sink = await open({ policy: { ...keepAll, ...policy }, folder: join(folder, name) });
      sink.write(batch);
      await sink.close();
      const place = join(folder, name, 'segments');
      return {
        counts: sink.counts(),
        lines: readdirSync(place).map((file) => readFileSync(join(place, file), 'utf8')),
      };
    };
    const plain = { count: events.length, event };
    const text = (index: number) => texts[index] ?? '';
    expect(await written('fast', { ...plain, text, bytes })).toEqual(await written('plain', plain));
    expect(made > 0).toBe(!('share' in policy || 'redact' in policy || 'hash' in policy));
  });

  test('a segment is open while it is written, rotates by size, and one without an event is not left', async () => {
    const sink = await open({ segmentBytesMax: 1 });
    for (const index of [0, 1, 2]) {
      sink.write(one(index));
      await sink.flush();
    }
    expect(files()).toHaveLength(3);
    const last = await open();
    last.write(one(3));
    await last.flush();
    expect(files().filter((name) => name.endsWith('.open'))).toHaveLength(1);
    await Promise.all([sink.close(), last.close()]);
    await (await open()).close();
    expect(files().filter((name) => name.endsWith('.open'))).toEqual([]);
    expect(events()).toHaveLength(4);
  });

  test('rotates by age on the clock that cannot jump', async () => {
    let monotonic = 0;
    let wall = clock.wallMs();
    const sink = await open({ clock: { wallMs: () => wall, monotonicMs: () => monotonic }, segmentAgeMsMax: 1000 });
    sink.write(one(0));
    await sink.flush();
    wall -= 86_400_000;
    monotonic = 1000;
    sink.write(one(1));
    await sink.close();
    expect(files()).toHaveLength(2);
    expect(events()).toHaveLength(2);
  });

  test('no plain value is in the file where its event could have written its own bytes', async () => {
    const sink = await open({ policy: { ...keepAll, hash: ['unit'], key: 'k'.repeat(32) } });
    sink.write({ ...made([ascii(0)]), bytes: () => expect.unreachable('the bytes hold the plain unit') });
    await sink.close();
    expect(records()[0]).toMatchObject({ unit: expect.stringMatching(/^hmac:[0-9a-f]{64}$/), hashed: ['unit'] });
    expect(lines().join()).not.toContain('learner-0');
  });

  test('events that write their own bytes are dropped beyond the bounds too, and every one is accounted for', async () => {
    const all = Array.from({ length: 6 }, (_, index) => ascii(index));
    const byNumber = await open({ waitingEventsMax: 2 });
    byNumber.write(made(all.slice(0, 5)));
    expect(byNumber.counts()).toMatchObject({ dropped: 3 });
    await byNumber.flush();
    byNumber.write(made(all.slice(5)));
    await byNumber.close();
    expect(byNumber.counts()).toMatchObject({ written: 3, dropped: 3, failed: 0 });
    expect(events().map(({ id }) => id)).toEqual(['id-0', 'id-1', 'id-5']);

    const many = Array.from({ length: 4000 }, (_, index) => ascii(index));
    const byBytes = await open({ waitingBytesMax: 300_000, folder: join(folder, 'bytes') });
    byBytes.write(made(many));
    const { dropped } = byBytes.counts();
    expect(dropped).toBeGreaterThan(0);
    await byBytes.close();
    expect(byBytes.counts()).toMatchObject({ written: many.length - dropped, failed: 0 });
  });

  test('an event that no JSON can hold costs its neighbours nothing, also where those write their own bytes', async () => {
    const sink = await open();
    const large = { ...ascii(1), inputs: { id: 9_007_199_254_740_993n } } as unknown as PredictionEvent;
    sink.write(made([ascii(0), large, ascii(2)]));
    await sink.close();
    expect(sink.counts()).toMatchObject({ written: 2, failed: 1 });
    expect(failures).toHaveLength(1);
    expect(events().map(({ id }) => id)).toEqual(['id-0', 'id-2']);
  });

  test('events beyond the bounds are dropped and counted, by number and by bytes', async () => {
    const byNumber = await open({ waitingEventsMax: 2 });
    byNumber.write({ count: 5, event: someEvent });
    await byNumber.flush();
    byNumber.write(one(5));
    await byNumber.close();
    expect(byNumber.counts()).toMatchObject({ written: 3, dropped: 3, failed: 0 });
    const byBytes = await open({ waitingBytesMax: 3000 });
    byBytes.write({ count: 50, event: someEvent });
    await byBytes.close();
    const { written, dropped } = byBytes.counts();
    expect(written).toBeGreaterThan(0);
    expect(written + dropped).toBe(50);
  });

  test('sampling keeps the same predictions everywhere, and each says for how many it stands', async () => {
    const kept: unknown[][] = [];
    for (let time = 0; time < 2; time++) {
      const sink = await open({ policy: { ...keepAll, share: 0.25 } });
      sink.write({ count: 4000, event: someEvent });
      await sink.close();
      kept.push(records().map(({ id }) => id));
      expect(records().every(({ share }) => share === 0.25)).toBe(true);
      expect(sink.counts().written + sink.counts().unsampled).toBe(4000);
      rmSync(join(folder, 'segments'), { recursive: true });
    }
    expect(kept[0]).toEqual(kept[1]);
    // Four standard deviations of a binomial of 4,000 at a quarter.
    expect(Math.abs((kept[0] as unknown[]).length - 1000)).toBeLessThan(110);
  });

  test('named fields are left out or hashed under the key, so that equal values stay equal', async () => {
    const policy = { ...keepAll, redact: ['hours_studied'], hash: ['unit', 'mentor_id'], key: 'k'.repeat(32) };
    const sink = await open({ policy });
    sink.write({ count: 2, event: () => someEvent(1) });
    await sink.close();
    const [first, second] = records() as unknown as (PredictionEvent & { hashed: string[] })[];
    expect(first?.inputs).not.toHaveProperty('hours_studied');
    expect(first?.unit).toMatch(/^hmac:[0-9a-f]{64}$/);
    expect(second?.unit).toBe(first?.unit);
    expect(first?.hashed).toEqual(['unit', 'mentor_id']);
    expect(JSON.stringify(records())).not.toContain('learner \\"1');
    await expect(open({ policy: { ...policy, key: null } })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });

  test('of an event that is too large the largest fields are emptied, and it says which', async () => {
    const sink = await open({ policy: { ...keepAll, eventLengthMax: 800 } });
    const huge = { ...someEvent(0), inputs: { essay: 'x'.repeat(10_000), hours: 2 } };
    sink.write({ count: 1, event: () => huge });
    await sink.close();
    expect(records()[0]).toMatchObject({ inputs: { essay: null, hours: 2 }, cut: ['inputs.essay'] });
    expect(sink.counts()).toMatchObject({ written: 1, cut: 1 });
  });

  test('a unit that is too large is emptied too, and an event that stays too large is refused and counted', async () => {
    const sink = await open({ policy: { ...keepAll, eventLengthMax: 800 } });
    sink.write({ count: 1, event: () => ({ ...someEvent(0), unit: 'u'.repeat(10_000) }) });
    sink.write({ count: 1, event: () => ({ ...someEvent(1), version: 'v'.repeat(10_000) }) });
    sink.write({ count: 1, event: () => ({ ...someEvent(2), inputs: { [`x${'y'.repeat(900)}`]: 1 } }) });
    sink.write(one(3));
    await sink.close();
    expect(records().map(({ id, unit, cut }) => [id, unit, cut])).toEqual([
      ['id-0', null, ['unit']],
      ['id-3', someEvent(3).unit, undefined],
    ]);
    expect(sink.counts()).toMatchObject({ written: 2, cut: 1, failed: 2 });
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('too large')]);
  });

  test('an event that was cut has no lone surrogate either', async () => {
    const sink = await open({ policy: { ...keepAll, eventLengthMax: 800 } });
    sink.write({ count: 1, event: () => ({ ...someEvent(0), inputs: { essay: 'x'.repeat(10_000), name: '\ud800' } }) });
    await sink.close();
    expect(lines()[0]).not.toContain('\\ud800');
    expect(records()[0]).toMatchObject({ inputs: { essay: null, name: '\ufffd' } });
  });

  test('segments rotate by size also where every batch is written at once', async () => {
    const sink = await open({ segmentBytesMax: 1 });
    sink.write(one(0));
    sink.writeNow();
    await sink.flush();
    sink.write(one(1));
    sink.writeNow();
    expect(files()).toHaveLength(2);
    await sink.close();
    expect(events()).toHaveLength(2);
  });

  test('what a flush has acknowledged is on its way no more: writeNow and flushNow leave nothing waiting', async () => {
    const sink = await open();
    sink.write(one(0));
    sink.writeNow();
    expect(events()).toHaveLength(1);
    sink.write(one(1));
    sink.flushNow();
    expect(events()).toHaveLength(2);
    await sink.close();
  });
});

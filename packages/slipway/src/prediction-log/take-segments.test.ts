import { mkdirSync, readdirSync, readFileSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { ownPlace, ownProcess } from '../system/process-mark.ts';
import { logFolder } from './fixtures/log-folder.ts';
import { openLogSink } from './log-sink.ts';
import { openSegment } from './segment.ts';

const minuteMs = 60_000;

/** A segment that this process has written, as if another one of another place still wrote it. */
async function openElsewhere(place: string, process: string, ageMs: number) {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  const [file = ''] = log.segments();
  const forged = `${file.replace(ownPlace(), place).replace(`_${ownProcess()}_`, `_${process}_`)}.open`;
  renameSync(file, forged);
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(forged, at, at);
  return log;
}

test.each([
  ['another container with this host name', `${ownPlace()}0`],
  ['another machine', 'elsewhere-4026531836'],
])('a process of %s counts as alive while its segment is young, whatever runs here under its id', async (_, place) => {
  const log = await openElsewhere(place, '4194999', 15 * minuteMs);
  expect(await log.compact()).toMatchObject({ segments: 0 });
  expect(log.segments()).toHaveLength(1);
  expect(await log.count()).toBe(3);
  const old = await openElsewhere(place, ownProcess(), 21 * minuteMs);
  expect(await old.compact()).toMatchObject({ segments: 1, records: 3 });
});

test('the clock of the compacting machine says nothing of the age: that of the disk does', async () => {
  const log = await openElsewhere('elsewhere', '1', 15 * minuteMs);
  expect(await log.compact({ nowMs: Date.now() + 60 * minuteMs })).toMatchObject({ segments: 0 });
});

test('a process that was given the id of a dead one is not taken for it', async ({ skip }) => {
  if (!ownProcess().includes('-')) return skip('This system does not tell when a process began.');
  const log = await openElsewhere(ownPlace(), `${process.pid}-1`, 0);
  expect(await log.compact()).toMatchObject({ segments: 1, records: 3 });
});

test('a writer whose segment was taken says what may be lost, loses nothing that it acknowledged, and goes on', async () => {
  const log = logFolder(onTestFinished);
  const errors: Error[] = [];
  const clock = { wallMs: Date.now, monotonicMs: () => 0 };
  const onError = (error: Error) => errors.push(error);
  const sink = await openLogSink({ folder: log.folder, clock, every: () => () => {}, onError });
  onTestFinished(() => sink.close());
  const write = (from: number, count: number) => sink.write({ count, event: (index) => someEvent(from + index) });
  write(0, 10);
  await sink.flush();
  const [file = ''] = log.segments();
  // Another machine takes it, and compacts what is there.
  renameSync(file, file.replace('.open', ''));
  await log.compact();
  expect(await log.count()).toBe(10);
  write(10, 5);
  sink.writeNow();
  await sink.flush();
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('took the segment')]);
  expect(sink.counts()).toMatchObject({ written: 10, failed: 5 });
  write(20, 7);
  await sink.flush();
  expect(sink.counts()).toMatchObject({ written: 17, failed: 5 });
  expect(log.segments()).toHaveLength(1);
  expect(readFileSync(log.segments()[0] ?? '', 'utf8')).toContain('"id-20"');
  expect(await log.count()).toBe(17);
});

test('flushNow of a taken segment counts what it cannot vouch for, and raises nothing', async () => {
  const log = logFolder(onTestFinished);
  const clock = { wallMs: Date.now, monotonicMs: () => 0 };
  const sink = await openLogSink({ folder: log.folder, clock, every: () => () => {}, onError: () => {} });
  sink.write({ count: 2, event: someEvent });
  sink.flushNow();
  const [file = ''] = log.segments();
  renameSync(file, `${file}.gone`);
  sink.write({ count: 3, event: someEvent });
  sink.flushNow();
  expect(sink.counts()).toMatchObject({ written: 2, failed: 3 });
  await sink.close();
});

test('a sync vouches for nothing in a file that was taken before it, whatever the last look said', async () => {
  const log = logFolder(onTestFinished);
  const folder = join(log.folder, 'segments');
  mkdirSync(folder);
  const segment = openSegment(folder, 'one', 0);
  const bytes = Buffer.from('a line\n');
  const line = { bytes, lines: 1, memory: bytes };
  await segment.append([line]);
  await segment.sync();
  await segment.append([line]);
  renameSync(join(folder, 'one.open'), join(folder, 'one'));
  await expect(segment.sync()).rejects.toThrow('took the segment');
  expect(segment.giveUp()).toBe(1);
  await segment.seal();
  expect(readdirSync(folder)).toEqual(['one']);
});

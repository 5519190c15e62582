import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { eraseUnit } from './erase-unit.ts';
import { makeErasure } from './erasures.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { segmentName } from './log-files.ts';

const dayMs = 86_400_000;
const unit = someEvent(1).unit as string;
const inForce = (folder: string) => readFileSync(join(folder, 'erasures.ndjson'), 'utf8').split('digests').length - 1;

test('an erasure is in force for seven days, and then leaves only that there was one', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  await log.compact({ nowMs: nowMs + 6 * dayMs });
  expect(inForce(log.folder)).toBe(1);
  await log.compact({ nowMs: nowMs + 8 * dayMs });
  expect(inForce(log.folder)).toBe(0);
  expect(JSON.parse(readFileSync(join(log.folder, 'erasures.ndjson'), 'utf8'))).toEqual({
    at: '2026-11-24T12:00:00.000Z',
    model: null,
    retired: '2026-12-02T12:00:00.000Z',
  });
  expect(await log.count()).toBe(2);
});

test('it stays in force while a segment is left that a prediction of before may stand in', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  await log.write(0, 3, { id: 'late', unit });
  const [segment = ''] = log.segments();
  renameSync(segment, `${segment}.open`);
  await log.compact({ nowMs: nowMs + 30 * dayMs });
  expect(inForce(log.folder)).toBe(1);
  expect(await log.count()).toBe(2);
  // One that was begun two days later holds none.
  const later = segmentName(nowMs + 2 * dayMs, 'later', 1);
  renameSync(`${segment}.open`, join(log.folder, 'segments', `${later}.open`));
  await log.compact({ nowMs: nowMs + 30 * dayMs });
  expect(inForce(log.folder)).toBe(0);
});

test('one whose process was killed before it rewrote the compacted files is carried out before it retires', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  await log.compact();
  const erasure = makeErasure([unit], null, new Date(nowMs).toISOString());
  appendFileSync(join(log.folder, 'erasures.ndjson'), `${JSON.stringify(erasure)}\n`);
  await log.compact({ nowMs: nowMs + 8 * dayMs });
  expect(inForce(log.folder)).toBe(0);
  expect(await log.count()).toBe(2);
});

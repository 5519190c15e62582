import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { eraseUnit } from './erase-unit.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { findPrediction } from './read-log.ts';

const unit = someEvent(1).unit as string;
const lines = (folder: string) => readFileSync(join(folder, 'erasures.ndjson'), 'utf8').trim().split('\n');
const left = { at: '2026-11-24T12:00:00.000Z', model: null, retired: '2026-11-24T12:00:00.000Z' };

test('an erasure of what was compacted leaves only that there was one', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  expect(lines(log.folder).map((line) => JSON.parse(line))).toEqual([left]);
  expect(await log.count()).toBe(2);
});

test('one of a segment that is still written is in force until that is compacted, and tells neither unit nor ids', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  const [segment = ''] = log.segments();
  renameSync(segment, `${segment}.open`);
  const erased = await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  expect(erased).toMatchObject({ predictions: 1, hidden: 1, openSegments: 1, kept: 0 });
  await log.compact({ nowMs: nowMs + 400 * 86_400_000 });
  expect(lines(log.folder)[0]).toContain('"ids":[');
  expect(lines(log.folder)[0]).not.toMatch(/learner|id-1/);
  expect(await log.count()).toBe(2);
  renameSync(`${segment}.open`, segment);
  expect(await log.compact()).toMatchObject({ records: 2, erased: 1 });
  expect(lines(log.folder).map((line) => JSON.parse(line))).toEqual([left]);
  expect(await log.count()).toBe(2);
});

test('one of a record that no query can read is not set aside by the compaction', async () => {
  const log = logFolder(onTestFinished);
  const line = (id: string, of: string) => JSON.stringify({ ...someEvent(1), id, unit: of, at: 'soon' });
  const segment = log.writeLines([line('bad', unit), line('worse', 'other')]);
  renameSync(segment, `${segment}.open`);
  await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  expect(await findPrediction(log.folder, 'bad')).toBeNull();
  renameSync(`${segment}.open`, segment);
  expect(await log.compact()).toMatchObject({ records: 0, erased: 1, setAside: 1 });
  expect(lines(log.folder)[0]).toContain('retired');
  expect(await findPrediction(log.folder, 'bad')).toBeNull();
  expect(await findPrediction(log.folder, 'worse')).not.toBeNull();
});

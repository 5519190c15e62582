import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compactLog } from '../prediction-log/compact-log.ts';
import { eraseUnit } from '../prediction-log/erase-unit.ts';
import { keepAll, keyedHash } from '../prediction-log/policy.ts';
import { recordSeal } from '../prediction-log/record-line.ts';
import { hourMs, hours, nowMs, type OutcomePlace, outcomePlace, startMs } from './fixtures/outcome-place.ts';
import { joinWithLog } from './join-outcomes.ts';
import { retireOutcomes } from './retire-outcomes.ts';

let place: OutcomePlace;
beforeEach(() => {
  place = outcomePlace();
});
afterEach(() => place.remove());

const two = [
  { id: 'a', unit: 'ana', hour: 0 },
  { id: 'b', unit: 'ben', hour: 5 },
];
const byUnit = `unit,at,passed\nana,${hours(1)},1\nben,${hours(6)},0\n`;
const everything = () =>
  place
    .files()
    .map((name) => readFileSync(join(place.kept, name)).toString('latin1'))
    .join();

describe('erasing a unit', () => {
  test('takes its outcomes out of every file, also those that only name its predictions', async () => {
    await place.predict(two);
    await place.bring(byUnit);
    await place.bring('prediction_id,grade\na,2\nb,3\n');
    expect(await place.erase('ana', { dryRun: true })).toEqual({ outcomes: 2, files: 2 });
    expect((await place.joined()).counts).toMatchObject({ joined: 2 });
    expect(await place.erase('ana')).toEqual({ outcomes: 2, files: 2 });
    expect(everything()).not.toContain('ana');
    await eraseUnit({ folder: place.log, unit: 'ana', key: null, nowMs, dryRun: false });
    const { counts, rows } = await place.joined();
    expect(counts).toMatchObject({ joined: 1, duplicates: 1, withoutPrediction: 0 });
    expect(rows.map(({ unit }) => unit)).toEqual(['ben']);
    expect(await place.erase('ana')).toEqual({ outcomes: 0, files: 0 });
  });

  test('also those that name one of its predictions that no query can read', async () => {
    await place.predict(two);
    const aside = {
      ...someEvent(3),
      id: 'late',
      unit: 'ana',
      model: 'learner-risk',
      at: '+012026-11-01T00:00:00.000Z',
    };
    const seal = recordSeal(1);
    const line = Buffer.from(JSON.stringify(aside));
    const memory = Buffer.alloc(line.length + seal.bytesMax);
    line.copy(memory);
    const folder = join(place.log, 'set-aside');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '2026-11-24-aa.ndjson'), memory.subarray(0, seal.write(memory, 0, line.length)));
    await place.bring('prediction_id,grade\nlate,2\nb,3\n');
    expect(await place.erase('ana', { model: 'other' })).toMatchObject({ outcomes: 0 });
    expect(await place.erase('ana')).toMatchObject({ outcomes: 1 });
  });

  test('finds it where only its hash was kept', async () => {
    const key = 'k'.repeat(32);
    await place.predict(two, { ...keepAll, hash: ['unit'], key });
    await place.bring(byUnit, { units: { key, hide: true } });
    expect(await place.erase('ana', { key })).toEqual({ outcomes: 1, files: 1 });
    expect(everything()).not.toContain(keyedHash(key)('ana'));
  });

  test('refuses without the key where only hashes were kept, in the log or in the outcomes, and erases nothing', async () => {
    const key = 'k'.repeat(32);
    const refused = { code: 'SETTINGS_INVALID', message: expect.stringContaining('Nothing was erased.') };
    await place.bring(byUnit);
    await place.bring(byUnit, { units: { key, hide: true }, model: 'other' });
    await expect(place.erase('ana', { log: null })).rejects.toMatchObject(refused);
    expect(await place.erase('ana', { log: null, model: 'learner-risk', dryRun: true })).toMatchObject({ outcomes: 1 });
    await place.predict(two, { ...keepAll, hash: ['unit'], key });
    await expect(place.erase('ana', { model: 'learner-risk' })).rejects.toMatchObject(refused);
    expect(everything()).toContain('ana');
  });

  test('is not undone by the same file, nor by another one; what happens later is kept', async () => {
    await place.predict(two);
    await place.bring(byUnit);
    await place.erase('ana', { nowMs: startMs + 10 * hourMs });
    expect(await place.bring(byUnit)).toMatchObject({ known: true });
    expect(await place.bring(`${byUnit}ana,${hours(11)},1\n`)).toMatchObject({
      outcomes: 2,
      refused: [{ reason: 'a unit that was erased', count: 1, firstRow: 1 }],
    });
    expect(readFileSync(join(place.kept, 'erasures.ndjson'), 'utf8')).not.toContain('ana');
  });

  test('of one model leaves its outcomes of another', async () => {
    await place.predict([...two, { id: 'c', unit: 'ana', hour: 0, model: 'other' }]);
    await place.bring(byUnit);
    await place.bring(byUnit, { model: 'other' });
    await place.bring('prediction_id,grade\nc,1\n', { model: null });
    expect(await place.erase('ana', { model: 'other' })).toEqual({ outcomes: 2, files: 2 });
    expect((await place.joined()).counts).toMatchObject({ joined: 2 });
  });

  test('changes nothing where the log is not found', async () => {
    await place.bring(byUnit);
    await expect(place.erase('ana')).rejects.toMatchObject({ code: 'LOG_NOT_FOUND' });
    expect(everything()).toContain('ana');
    expect(await place.erase('ana', { log: null })).toEqual({ outcomes: 1, files: 1 });
  });
});

describe('retention', () => {
  const keepMs = 24 * hourMs;

  test('removes what happened and was known before the day, and no file comes back by being imported again', async () => {
    const text = `unit,at,observed_at,passed\nana,${hours(1)},${hours(2)},1\nben,${hours(1)},${hours(30)},1\n`;
    await place.bring(text);
    const retire = (hour: number) => retireOutcomes({ folder: place.kept, nowMs: startMs + hour * hourMs, keepMs });
    expect(await retire(47)).toEqual({ outcomes: 0, files: 0 });
    expect(await retire(49)).toEqual({ outcomes: 1, files: 1 });
    expect(everything()).not.toContain('ana');
    expect(await retire(80)).toEqual({ outcomes: 1, files: 1 });
    expect(await place.bring(text)).toMatchObject({ known: true });
    expect(await retire(90)).toEqual({ outcomes: 0, files: 0 });
  });

  test('without a limit, and without outcomes, does nothing', async () => {
    expect(await retireOutcomes({ folder: place.kept, nowMs, keepMs })).toEqual({ outcomes: 0, files: 0 });
    await place.bring(byUnit);
    expect(await retireOutcomes({ folder: place.kept, nowMs, keepMs: null })).toEqual({ outcomes: 0, files: 0 });
  });
});

test('copies of the two folders join as the folders do, before and after compaction, whatever was half-made', async () => {
  await place.predict(two);
  await place.bring(byUnit);
  writeFileSync(join(place.kept, `${'0'.repeat(64)}.parquet.aa.draft`), 'half');
  const expected = await place.joined();
  for (const name of ['first', 'second']) {
    const copy = join(place.folder, name);
    mkdirSync(copy);
    cpSync(place.kept, join(copy, 'outcomes'), { recursive: true });
    cpSync(place.log, join(copy, 'log'), { recursive: true });
    const there = { folder: join(copy, 'outcomes'), log: join(copy, 'log') };
    const options = { model: 'learner-risk', limit: null, horizonMs: 24 * hourMs, windowMs: 48 * hourMs };
    expect(await joinWithLog({ ...there, ...options })).toEqual(expected);
    await compactLog({ folder: place.log, nowMs, keepMs: null, bytesMax: null });
  }
});

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-conformance';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownProcess } from '../system/process-mark.ts';
import { compactLog } from './compact-log.ts';
import { eraseUnit } from './erase-unit.ts';
import { openLogSink } from './log-sink.ts';
import { keepAll, type LogPolicy } from './policy.ts';
import { findPrediction, listPredictions, queryLog } from './read-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const clock = { wallMs: () => nowMs, monotonicMs: () => 0 };
const compact = (more: object = {}) => compactLog({ folder, nowMs, keepMs: null, bytesMax: null, ...more });
const count = async () => Number((await queryLog(folder, 'select count(*) from predictions')).rows[0]?.[0]);
const segments = () => readdirSync(join(folder, 'segments')).map((name) => join(folder, 'segments', name));
const parquet = () =>
  readdirSync(join(folder, 'predictions'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.parquet'),
  );

async function write(from: number, to: number, policy: LogPolicy = keepAll, change: object = {}) {
  const sink = await openLogSink({ folder, clock, policy, every: () => () => {}, onError: () => {} });
  sink.write({ count: to - from, event: (index) => ({ ...someEvent(from + index), ...change }) });
  await sink.close();
}

describe('compaction', () => {
  test('moves records into Parquet by model and day, and nothing is lost or doubled', async () => {
    await write(0, 300);
    await write(300, 400, keepAll, { model: 'a b/c', at: '2026-11-23T23:59:59.999Z' });
    expect(await count()).toBe(400);
    expect(await compact()).toMatchObject({ segments: 2, records: 400, doubles: 0, damaged: 0 });
    expect(segments()).toEqual([]);
    expect(parquet().some((name) => name.includes('model=learner-risk/day=2026-11-24/'))).toBe(true);
    expect(parquet().some((name) => name.includes('day=2026-11-23/'))).toBe(true);
    expect(await count()).toBe(400);
    expect(await compact()).toMatchObject({ segments: 0, records: 0 });
    await write(400, 410);
    expect(await count()).toBe(410);
  });

  test('what comes back is what was written, before and after', async () => {
    await write(0, 3);
    for (let time = 0; time < 2; time++) {
      const found = await findPrediction(folder, 'id-1');
      expect(found).toEqual({ ...someEvent(1), share: 1 });
      expect((await listPredictions(folder, { limit: 2, model: 'learner-risk' })).map(({ id }) => id)).toEqual([
        'id-2',
        'id-1',
      ]);
      expect(await findPrediction(folder, 'id-9')).toBeNull();
      await compact();
    }
  });

  test('records of one id are kept once, in one segment, in several, and against compacted files', async () => {
    await write(0, 10);
    await write(5, 15);
    expect(await compact()).toMatchObject({ records: 15, doubles: 5 });
    await write(0, 20);
    expect(await compact()).toMatchObject({ records: 5, doubles: 15 });
    expect(await count()).toBe(20);
  });

  test('a torn tail and a changed record are left out, and counted; the others stay', async () => {
    await write(0, 10);
    const [file = ''] = segments();
    const text = readFileSync(file, 'utf8').replace('"hours_studied":0.3', '"hours_studied":0.4');
    writeFileSync(file, `${text}{"kind":"prediction","id":"torn`);
    expect(await compact()).toMatchObject({ records: 9, damaged: 2 });
    expect(await findPrediction(folder, 'id-3')).toBeNull();
    expect(await findPrediction(folder, 'id-4')).not.toBeNull();
  });

  test('a segment that a dead process left is taken, that of a living one is not, one of another version stays', async () => {
    await write(0, 1);
    await write(1, 2);
    await write(2, 3);
    const [first = '', second = '', third = ''] = segments();
    renameSync(first, `${first.replace(`_${ownProcess()}_`, '_4194999_')}.open`);
    renameSync(second, `${second}.open`);
    renameSync(third, third.replace('.v1.', '.v2.'));
    const done = await compact();
    expect(done).toMatchObject({ segments: 1, records: 1 });
    expect(done.unread).toHaveLength(1);
    expect(segments()).toHaveLength(2);
    expect(await count()).toBe(2);
  });

  test('a lone surrogate is kept as U+FFFD, and costs no prediction', async () => {
    await write(0, 1, keepAll, { id: 'strange', unit: '\ud800 and \\ud800' });
    expect(await compact()).toMatchObject({ records: 1, damaged: 0 });
    expect(await findPrediction(folder, 'strange')).toMatchObject({ unit: '\ufffd and \\ud800' });
  });

  test('a clock that has jumped makes no living process a dead one', async () => {
    await write(0, 1);
    const [segment = ''] = segments();
    renameSync(segment, `${segment}.open`);
    utimesSync(`${segment}.open`, 0, 0);
    expect(await compact()).toMatchObject({ records: 0 });
    expect(segments()).toHaveLength(1);
  });

  test('one that was decided and not done is finished; one that was not decided leaves no trace', async () => {
    await write(0, 10);
    const [segment = ''] = segments();
    const text = readFileSync(segment);
    await compact();
    const [name = ''] = parquet();
    const to = join('predictions', name);
    // As it stands after the decision: the new file under its first name, the old one there.
    mkdirSync(join(folder, 'staging', 'x'), { recursive: true });
    mkdirSync(dirname(join(folder, 'changes', 'x')), { recursive: true });
    renameSync(join(folder, to), join(folder, 'staging', 'x', 'new.parquet'));
    writeFileSync(segment, text);
    const change = { adds: [{ from: 'staging/x/new.parquet', to }], removes: [segment.slice(folder.length + 1)] };
    writeFileSync(join(folder, 'changes', '1.json'), JSON.stringify(change));
    expect(await count()).toBe(10);
    expect(await compact()).toMatchObject({ records: 0 });
    expect(await count()).toBe(10);
    expect(readdirSync(join(folder, 'changes'))).toEqual([]);
    writeFileSync(join(folder, 'changes', '2.draft'), 'half');
    await compact();
    expect(readdirSync(join(folder, 'changes'))).toEqual([]);
  });

  test('two at once: one does it, the other is told', async () => {
    await write(0, 10);
    const both = await Promise.allSettled([compact(), compact()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'LOG_BUSY' } });
    expect(await count()).toBe(10);
  });

  test('retention removes whole days by age, then the oldest by size', async () => {
    for (const [index, day] of ['2026-08-01', '2026-11-22', '2026-11-23'].entries()) {
      await write(10 + index * 5, 15 + index * 5, keepAll, { at: `${day}T10:00:00.000Z`, model: `m${day.slice(-2)}` });
    }
    await write(5, 10);
    expect((await compact({ keepMs: 90 * 86_400_000 })).retired).toHaveLength(1);
    expect((await compact({ bytesMax: 1 })).retired).toHaveLength(3);
    expect(await count()).toBe(0);
  });

  test('a damaged compacted file is named', async () => {
    await write(0, 5);
    await compact();
    const [name = ''] = parquet();
    writeFileSync(join(folder, 'predictions', name), 'no parquet');
    await expect(count()).rejects.toMatchObject({ code: 'LOG_CORRUPT', where: expect.stringContaining(name) });
  });
});

describe('erasure', () => {
  const unit = someEvent(1).unit as string;

  test('takes every prediction of the unit, in segments and compacted files, and later ones stay', async () => {
    await write(0, 5);
    await compact();
    await write(0, 5, keepAll, { id: 'again', unit });
    const erase = { folder, unit, key: null, nowMs };
    expect(await eraseUnit({ ...erase, dryRun: true })).toMatchObject({ predictions: 6 });
    expect(await count()).toBe(10);
    expect(await eraseUnit({ ...erase, dryRun: false })).toMatchObject({ predictions: 6, files: 1 });
    expect(await count()).toBe(4);
    expect(readFileSync(join(folder, 'erasures.ndjson'), 'utf8')).not.toContain('learner');
    await write(7, 8, keepAll, { unit, at: '2026-11-24T13:00:00.000Z' });
    expect(await count()).toBe(5);
    await compact();
    expect(await count()).toBe(5);
  });

  test('takes what a clock that was ahead has logged, wherever it stands, and says so', async () => {
    const ahead = { unit, at: '2026-11-24T18:00:00.000Z' };
    await write(0, 3, keepAll, { ...ahead, id: 'compacted' });
    await compact();
    await write(0, 2, keepAll, { ...ahead, id: 'sealed' });
    await write(0, 4, keepAll, { ...ahead, id: 'open' });
    await write(5, 8);
    const [open = ''] = segments().filter((segment) => readFileSync(segment, 'utf8').includes('"open'));
    renameSync(open, `${open}.open`);
    const erased = await eraseUnit({ folder, unit, key: null, nowMs, dryRun: false });
    // Those that were compacted had one id, and were one.
    expect(erased).toMatchObject({ predictions: 7, hidden: 4, openSegments: 1 });
    expect(await count()).toBe(3);
    renameSync(`${open}.open`, open);
    await compact();
    expect(await count()).toBe(3);
  });

  test('is obeyed though the one before it was torn by a crash', async () => {
    await write(0, 5);
    appendFileSync(join(folder, 'erasures.ndjson'), '{"at":"2026-11-24T1');
    expect(await eraseUnit({ folder, unit, key: null, nowMs, dryRun: false })).toMatchObject({ predictions: 1 });
    await write(7, 8, keepAll, { unit });
    expect(await count()).toBe(4);
  });

  test('also where the unit was hashed, for one model alone, and in a segment that is found later', async () => {
    const key = 'k'.repeat(32);
    const policy = { ...keepAll, hash: ['unit'], key };
    await write(0, 3, policy);
    await write(3, 6, keepAll, { unit, model: 'other' });
    const [first = '', second = ''] = segments();
    const late = readFileSync(first);
    expect(await eraseUnit({ folder, unit, model: 'learner-risk', key, nowMs, dryRun: false })).toMatchObject({
      predictions: 1,
    });
    expect(await count()).toBe(5);
    expect(second).not.toBe('');
    appendFileSync(first, late);
    expect(await compact()).toMatchObject({ records: 0 });
    expect(await count()).toBe(5);
  });

  test('a hashed unit without its key is refused, and so is a dry run; a log without hashed units needs none', async () => {
    await write(0, 3, { ...keepAll, hash: ['unit'], key: 'k'.repeat(32) });
    await write(3, 4, keepAll, { model: 'plain' });
    for (const dryRun of [true, false]) {
      for (const compacted of [false, true]) {
        if (compacted) await compact();
        const erased = eraseUnit({ folder, unit, key: null, nowMs, dryRun });
        await expect(erased).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
      }
    }
    expect(await count()).toBe(4);
    expect(await eraseUnit({ folder, unit, model: 'plain', key: null, nowMs, dryRun: true })).toMatchObject({
      predictions: 0,
    });
  });

  test('says what is only hidden, and only where something is', async () => {
    await write(0, 3);
    await write(0, 3);
    const [first = '', second = ''] = segments();
    renameSync(first, `${first}.open`);
    renameSync(second, second.replace('.v1.', '.v2.'));
    const erase = { folder, key: null, nowMs, dryRun: false };
    const expected = { predictions: 1, hidden: 1, openSegments: 1, unread: 1 };
    expect(await eraseUnit({ ...erase, unit, dryRun: true })).toMatchObject(expected);
    expect(await eraseUnit({ ...erase, unit })).toMatchObject(expected);
    expect(await eraseUnit({ ...erase, unit: 'nobody' })).toMatchObject({ predictions: 0, hidden: 0, openSegments: 0 });
    expect(await count()).toBe(2);
  });
});

describe('queries', () => {
  test('read fields by name, and nothing but the log', async () => {
    await write(0, 3);
    await compact();
    await write(3, 5);
    const sql =
      "select id, (inputs->>'hours_studied')::double h, outputs.risk_score from predictions order by id desc limit 1";
    expect((await queryLog(folder, sql)).rows).toEqual([['id-4', 0.4, '0.83']]);
    const outside = join(folder, 'other.csv');
    writeFileSync(outside, 'a\n1\n');
    for (const refused of [
      `select * from read_csv('${outside}')`,
      `copy (select 1) to '${folder}/x.csv'`,
      'select 1; select 2',
      'drop view predictions',
      'set enable_external_access = true',
      'selekt',
    ]) {
      await expect(queryLog(folder, refused)).rejects.toMatchObject({ code: 'LOG_QUERY' });
    }
    await expect(queryLog(join(folder, 'nowhere'), 'select 1')).rejects.toMatchObject({ code: 'LOG_NOT_FOUND' });
  });
});

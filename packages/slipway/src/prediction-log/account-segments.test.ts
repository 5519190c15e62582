import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test } from 'vitest';
import { accountFor, reasonToKeep } from './account-segments.ts';
import { eraseUnit } from './erase-unit.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { openLogEngine } from './log-engine.ts';
import { logStatus } from './log-status.ts';
import { findPrediction } from './read-log.ts';

const text = (id: string, change: object = {}) => JSON.stringify({ ...someEvent(1), id, ...change });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Whole records by their checksum that the engine answers no row for. */
const unreadable: readonly [string, string | Buffer][] = [
  ['a lone surrogate in the unit', text('bad', { unit: '\ud800' })],
  ['a lone surrogate in an input', text('bad', { inputs: { a: 'x\udfff' } })],
  ['a lone surrogate in a name', text('bad', { inputs: { '\ud800': 1 } })],
  ['bytes that are no UTF-8', Buffer.from(text('bad', { inputs: { a: 'QQ' } }).replace('QQ', '\xff\xfe'), 'latin1')],
  ['a time beyond all calendars', text('bad', { at: '+275760-09-13T00:00:00.000Z' })],
  ['a time before the first year', text('bad', { at: '-000001-09-13T00:00:00.000Z' })],
  ['no time', text('bad', { at: 'soon' })],
  ['a model without a name', text('bad', { model: '' })],
];

test.each(unreadable)('a record with %s is set aside and found, and costs its neighbours nothing', async (_, line) => {
  const log = logFolder(onTestFinished);
  log.writeLines([text('before'), line, text('after')]);
  expect(await findPrediction(log.folder, 'bad')).toMatchObject({ id: 'bad', version: someEvent(1).version });
  expect(await log.compact()).toMatchObject({ records: 2, doubles: 0, setAside: 1, damaged: 0, kept: [] });
  expect(log.segments()).toEqual([]);
  expect(readdirSync(join(log.folder, 'set-aside'))).toHaveLength(1);
  expect(await findPrediction(log.folder, 'bad')).toMatchObject({ id: 'bad', version: someEvent(1).version });
  expect(await log.count()).toBe(2);
  expect(await logStatus(log.folder)).toMatchObject({ predictions: 2, setAside: 1 });
  expect(await log.compact()).toMatchObject({ segments: 0, setAside: 0 });
});

test.each([
  ['values nested 30,000 deep', text('odd').replace(/"inputs":\{/, `"inputs":{"deep":${nested(30_000)},`)],
  ['a number that no double holds', text('odd').replace(/"inputs":\{/, '"inputs":{"huge":1e400,')],
  ['an integer of thirty digits', text('odd').replace(/"inputs":\{/, `"inputs":{"long":${'9'.repeat(30)},`)],
  ['a name twice', text('odd').replace(/"inputs":\{/, '"inputs":{"a":1,"a":2,')],
  ['a line of 17 MB', text('odd', { inputs: { essay: 'x'.repeat(17e6) } })],
  ['a NUL in the unit', text('odd', { unit: 'a\u0000b' })],
])('a record with %s is compacted like any other', async (_, line) => {
  const log = logFolder(onTestFinished);
  log.writeLines([text('before'), line, text('after')]);
  expect(await log.compact()).toMatchObject({ records: 3, setAside: 0, kept: [] });
  expect(await log.count()).toBe(3);
});

test('doubles, erased and unreadable records are each counted as what they are, also in one round', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 5);
  await log.compact();
  await eraseUnit({ folder: log.folder, unit: 'gone', key: null, nowMs, dryRun: false });
  log.writeLines([text('id-1'), text('x'), text('x'), text('y', { unit: 'gone' }), text('z', { unit: '\ud800' })]);
  log.writeLines([text('w'), text('x', { unit: '\ud800' })]);
  expect(await log.compact()).toMatchObject({ records: 2, doubles: 2, erased: 1, setAside: 2, kept: [] });
  expect(await log.count()).toBe(7);
});

test('a segment that cannot be compacted is kept, named with the reason and read on; the others are compacted', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 3);
  // No file system has a folder of this name.
  const odd = log.writeLines([text('a', { model: 'm'.repeat(300) }), text('b')]);
  await log.write(3, 5);
  const done = await log.compact();
  expect(done).toMatchObject({ segments: 2, records: 5, kept: [{ file: relative(log.folder, odd) }] });
  expect(done.kept[0]?.reason).toMatch(/directory|name/i);
  expect(log.segments()).toEqual([odd]);
  expect(await log.count()).toBe(7);
});

test.each([
  ['all are written', { rows: 3, doubles: 0, erased: 0 }, 3, null],
  ['those that are not are accounted for', { rows: 1, doubles: 1, erased: 1 }, 1, null],
  ['fewer were written than should be', { rows: 2, doubles: 1, erased: 0 }, 1, 'Of 2 rows'],
  ['one is nothing of what it can be', { rows: 2, doubles: 0, erased: 0 }, 2, 'Of 3 records 2'],
  ['there are more than were checked', { rows: 3, doubles: 1, erased: 0 }, 3, 'Of 3 records 4'],
])('whether a segment may go: %s', (_, accounts, written, reason) => {
  const found = reasonToKeep({ ...accounts, refused: [] }, { written, records: 3 }, []);
  if (reason === null) expect(found).toBeNull();
  else expect(found).toContain(reason);
});

test('accounts are counted apart from what was written', async () => {
  const log = logFolder(onTestFinished);
  const files = [log.writeLines([text('a'), text('b'), text('b')])];
  const engine = await openLogEngine(join(log.folder, 'spill'));
  onTestFinished(() => engine.close());
  const options = { files, records: 3, earlier: [], notErased: 'true', staging: log.folder };
  expect(await accountFor(engine.connection, options)).toEqual({ rows: 2, doubles: 1, erased: 0, refused: [] });
});

test('erasure and retention reach what was set aside', async () => {
  const log = logFolder(onTestFinished);
  log.writeLines([text('bad', { at: 'soon', unit: 'u1' }), text('worse', { at: 'soon', unit: 'u2' })]);
  await log.compact();
  const erase = { folder: log.folder, unit: 'u1', key: null, nowMs };
  expect(await eraseUnit({ ...erase, dryRun: true })).toMatchObject({ predictions: 1 });
  expect(await eraseUnit({ ...erase, dryRun: false })).toMatchObject({ predictions: 1, files: 1 });
  expect(await findPrediction(log.folder, 'bad')).toBeNull();
  expect(await findPrediction(log.folder, 'worse')).toMatchObject({ unit: 'u2' });
  await log.write(0, 1, { at: '2026-12-24T12:00:00.000Z' });
  await log.compact({ nowMs: nowMs + 30 * 86_400_000, keepMs: 10 * 86_400_000 });
  expect(await findPrediction(log.folder, 'worse')).toBeNull();
});

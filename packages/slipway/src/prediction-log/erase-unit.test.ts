import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { someEvent } from '@slipway/testkit/sink-events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { eraseUnit } from './erase-unit.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { logPlaces } from './log-files.ts';
import { openLogSink } from './log-sink.ts';
import { rewriteFiles } from './rewrite-files.ts';

const unit = 'learner 17';
const dayMs = 86_400_000;
const at = (ms: number) => new Date(ms).toISOString();

test.each([
  ['a host whose clock is a millisecond ahead', 1],
  ['a host whose clock is a year ahead', 365 * dayMs],
  ['a host whose clock is behind', -dayMs],
])(
  'what %s has written of the unit is erased: compacted, sealed and in a segment that is still written',
  async (_, skewMs) => {
    const log = logFolder(onTestFinished);
    const of = { unit, at: at(nowMs + skewMs) };
    await log.write(0, 1, of);
    await log.compact();
    await log.write(1, 2, of);
    const clock = { wallMs: () => nowMs, monotonicMs: () => 0 };
    const sink = await openLogSink({ folder: log.folder, clock, every: () => () => {}, onError: () => {} });
    const add = async (index: number) => {
      sink.write({ count: 1, event: () => ({ ...someEvent(index), ...of }) });
      await sink.flush();
    };
    await add(2);
    const erase = { folder: log.folder, unit, key: null, nowMs };
    expect(await eraseUnit({ ...erase, dryRun: true })).toMatchObject({ predictions: 3 });
    expect(await eraseUnit({ ...erase, dryRun: false })).toMatchObject({ predictions: 3, hidden: 1, openSegments: 1 });
    expect(await log.count()).toBe(0);
    // New data, in the same segment: the eraser's clock says nothing of it.
    await add(3);
    expect(await log.count()).toBe(1);
    await sink.close();
    expect(await log.compact()).toMatchObject({ records: 1, erased: 1 });
    expect(await log.count()).toBe(1);
  },
);

test('what cannot be reached is counted: segments kept, of another version, and foreign files', async () => {
  const log = logFolder(onTestFinished);
  log.writeLines([JSON.stringify({ ...someEvent(1), unit, model: 'm'.repeat(300) })]);
  writeFileSync(log.writeLines([]).replace('.v1.', '.v2.'), '');
  mkdirSync(join(log.folder, 'predictions', 'model=%zz', 'day=2026-11-24'), { recursive: true });
  writeFileSync(join(log.folder, 'predictions', 'model=%zz', 'day=2026-11-24', 'x.parquet'), '');
  const erased = await eraseUnit({ folder: log.folder, unit, key: null, nowMs, dryRun: false });
  expect(erased).toMatchObject({ predictions: 1, hidden: 0, kept: 1, keptSegments: 1, unread: 1, foreign: 1 });
  expect(await log.count()).toBe(0);
  // It stays hidden as long as it is there.
  await log.compact();
  expect(await log.count()).toBe(0);
});

test('an erasure that fails closes the engines that it opened', async () => {
  const log = logFolder(onTestFinished);
  await log.write(0, 2);
  await log.compact();
  const opened = vi.spyOn(DuckDBInstance, 'create');
  const closed = vi.spyOn(DuckDBInstance.prototype, 'closeSync');
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const [day = ''] = readdirSync(join(log.folder, 'predictions'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.parquet'),
  );
  mkdirSync(join(log.folder, 'set-aside', '2026-11-24-x.ndjson'), { recursive: true });
  const rewrite = rewriteFiles(logPlaces(log.folder), { forms: [unit], model: null });
  await expect(rewrite).rejects.toThrow('EISDIR');
  rmSync(join(log.folder, 'set-aside'), { recursive: true });
  writeFileSync(join(log.folder, 'predictions', day), 'no parquet');
  await expect(rewriteFiles(logPlaces(log.folder), { forms: [unit], model: null })).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
  });
  expect(closed).toHaveBeenCalledTimes(opened.mock.calls.length);
  expect(opened).toHaveBeenCalled();
});

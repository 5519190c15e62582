import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { carryOut, pending, recover } from './change-files.ts';
import { changedAt, stoppedAt } from './fixtures/stopped-at.ts';
import { type LogPlaces, listDayFiles, logPlaces } from './log-files.ts';
import { readableFiles } from './readable-files.ts';

/** A log before a change: two old files, and two new ones that are staged. */
function beforeChange(): LogPlaces {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-change-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const places = logPlaces(folder);
  mkdirSync(join(places.staging, 'x'), { recursive: true });
  mkdirSync(places.segments, { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(places.staging, 'x', `${name}.parquet`), `new ${name}`);
  for (const name of olds) writeFileSync(join(places.segments, name), name);
  return places;
}

const day = (places: LogPlaces, name: string) =>
  join(places.predictions, `model=${name}`, 'day=2026-11-24', 'new.parquet');

const olds = [1, 2].map((index) => `20261124T100000000Z_host_1_token-${index}.v1.ndjson`);

const change = (places: LogPlaces) => ({
  adds: ['a', 'b'].map((name) => ({ from: join(places.staging, 'x', `${name}.parquet`), to: day(places, name) })),
  removes: olds.map((name) => join(places.segments, name)),
});

/** What a reader would read. */
async function readable(places: LogPlaces): Promise<readonly string[]> {
  const { segments, days } = await readableFiles(places);
  return [...segments, ...days].map((path) => readFileSync(path, 'utf8')).sort();
}

const old = olds;
const young = ['new a', 'new b'];

test('killed before any of its calls, a change is not begun or done for readers, and recovery leaves it so', async () => {
  const seen: string[] = [];
  for (let step = 1, isThrough = false; !isThrough; step++) {
    const places = beforeChange();
    isThrough = await stoppedAt(step, () => carryOut(places, change(places)));
    const left = await readable(places);
    expect([old, young]).toContainEqual(left);
    seen.push(left.join());
    await recoverKilled(places, left);
  }
  // Both sides of the decision were met, and once it is made it stays.
  expect(seen.at(-1)).toBe(young.join());
  expect(seen.lastIndexOf(old.join())).toBe(seen.indexOf(young.join()) - 1);
  expect(seen.length).toBeGreaterThan(20);
});

/** The same answer after a recovery that is killed before any of its calls, and after one that comes through. */
async function recoverKilled(places: LogPlaces, left: readonly string[]): Promise<void> {
  const isDecided = (await pending(places)).length > 0;
  for (let step = isDecided ? 1 : 99, isThrough = false; !isThrough; step++) {
    const copy = logPlaces(`${places.folder}-${step}`);
    onTestFinished(() => rmSync(copy.folder, { recursive: true, force: true }));
    cpSync(places.folder, copy.folder, { recursive: true });
    isThrough = await stoppedAt(step, () => recover(copy));
    expect(await readable(copy)).toEqual(left);
    await recover(copy);
    expect(await readable(copy)).toEqual(left);
    expect(await pending(copy)).toEqual([]);
    expect(existsSync(copy.staging)).toBe(false);
  }
}

test('a decided change that lacks a new file removes nothing, says so, and readers read what was there', async () => {
  const places = beforeChange();
  mkdirSync(places.changes);
  const adds = ['a', 'b'].map((name) => ({
    from: `staging/x/${name}.parquet`,
    to: `predictions/model=${name}/day=2026-11-24/new.parquet`,
  }));
  writeFileSync(
    join(places.changes, '1.json'),
    JSON.stringify({ adds, removes: olds.map((name) => `segments/${name}`) }),
  );
  rmSync(join(places.staging, 'x', 'b.parquet'));
  expect(await readable(places)).toEqual(old);
  await expect(recover(places)).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
    where: expect.stringContaining('1.json'),
  });
  expect(readdirSync(places.segments)).toEqual(old);
  expect(await listDayFiles(places)).toHaveLength(1);
  // That one is a part of a change that is not done: nobody reads it beside what it was to take the place of.
  expect(await readable(places)).toEqual(old);
});

test('a change that happens while a reader lists files shows what was there or what came, never both or neither', async () => {
  const seen = new Set<string>();
  for (let step = 1, isThrough = false; !isThrough; step++) {
    const places = beforeChange();
    const changing = () => carryOut(places, change(places));
    const { answer, wasReached } = await changedAt(step, changing, () => readableFiles(places));
    const names = [...answer.segments, ...answer.days].length;
    expect(names).toBe(2);
    expect([0, 2]).toContain(answer.days.length);
    seen.add(answer.days.length === 0 ? 'before' : 'after');
    isThrough = !wasReached;
  }
  expect(seen.size).toBe(2);
});

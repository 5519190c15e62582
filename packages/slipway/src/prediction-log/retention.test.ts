import { expect, onTestFinished, test } from 'vitest';
import { logFolder, nowMs } from './fixtures/log-folder.ts';

const dayMs = 86_400_000;
const keep = { keepMs: 90 * dayMs };

/** A prediction of today and one of eighty days ago. */
async function twoDays() {
  const log = logFolder(onTestFinished);
  await log.write(0, 1, { at: new Date(nowMs).toISOString() });
  await log.write(1, 2, { at: new Date(nowMs - 80 * dayMs).toISOString() });
  await log.compact();
  return log;
}

test('a clock that jumped ahead removes nothing, and is forgotten when it is right again', async () => {
  const log = await twoDays();
  expect((await log.compact({ ...keep, nowMs: nowMs + 400 * dayMs })).retired).toEqual([]);
  expect((await log.compact({ ...keep, nowMs: nowMs + 400 * dayMs + dayMs / 2 })).retired).toEqual([]);
  expect((await log.compact({ ...keep, nowMs: nowMs + dayMs })).retired).toEqual([]);
  expect((await log.compact({ ...keep, nowMs: nowMs + 400 * dayMs + dayMs })).retired).toEqual([]);
  expect(await log.count()).toBe(2);
});

test('ages are told by the newest prediction: a day is removed when new ones say that it is old', async () => {
  const log = await twoDays();
  await log.write(2, 3, { at: new Date(nowMs + 20 * dayMs).toISOString() });
  expect((await log.compact({ ...keep, nowMs: nowMs + 20 * dayMs })).retired).toHaveLength(1);
  expect(await log.count()).toBe(2);
});

test('a prediction of the future makes no day old before its time', async () => {
  const log = await twoDays();
  await log.write(2, 3, { at: new Date(nowMs + 4000 * dayMs).toISOString() });
  expect((await log.compact({ ...keep, nowMs: nowMs + dayMs })).retired).toEqual([]);
  expect(await log.count()).toBe(3);
});

test('a log that nothing comes to any more still ends: the clock is believed after a day', async () => {
  const log = await twoDays();
  expect((await log.compact({ ...keep, nowMs: nowMs + 100 * dayMs })).retired).toEqual([]);
  expect((await log.compact({ ...keep, nowMs: nowMs + 101 * dayMs })).retired).toHaveLength(2);
});

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eraseUnit } from './erase-unit.ts';
import { logFolder, nowMs } from './fixtures/log-folder.ts';
import { countKeys } from './key-check.ts';
import { keepAll } from './policy.ts';

const right = 'r'.repeat(32);
const wrong = 'w'.repeat(32);
const hashed = (key: string) => ({ ...keepAll, hash: ['unit'], key });

function place() {
  const log = logFolder(onTestFinished);
  const erase = (key: string, unit = 'ana') => eraseUnit({ folder: log.folder, unit, key, nowMs, dryRun: false });
  return { ...log, erase };
}

test('a key that the log was not written under is refused, and nothing is erased', async () => {
  const log = place();
  await log.write(0, 2, { unit: 'ana' }, hashed(right));
  await expect(log.erase(wrong)).rejects.toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringContaining('the key that is set is none of those'),
  });
  await log.compact();
  await expect(log.erase(wrong)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  expect(await log.count()).toBe(2);
  expect(await log.erase(right)).toMatchObject({ predictions: 2 });
  expect(await log.erase(right, 'nobody')).toMatchObject({ predictions: 0 });
});

test('what stands beside the segments is neither a key nor a hash of a unit', async () => {
  const log = place();
  await log.write(0, 1, { unit: 'ana' }, hashed(right));
  const names = readdirSync(join(log.folder, 'hash-keys'));
  expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
  await log.write(1, 2, { unit: 'ana' }, hashed(right));
  expect(await countKeys(log.folder)).toBe(1);
});

test('after a change of keys each of them reaches its own; a log without hashed units remembers none', async () => {
  const log = place();
  await log.write(0, 1, { unit: 'ana' });
  expect(await countKeys(log.folder)).toBe(0);
  await log.write(1, 3, { unit: 'ana' }, hashed(right));
  await log.write(3, 4, { unit: 'ana' }, hashed(wrong));
  expect(await countKeys(log.folder)).toBe(2);
  expect(await log.erase(wrong)).toMatchObject({ predictions: 2 });
  expect(await log.erase(right)).toMatchObject({ predictions: 2 });
});

test('a key of an earlier release, which was not remembered, still finds its units', async () => {
  const log = place();
  await log.write(0, 2, { unit: 'ana' }, hashed(right));
  rmSync(join(log.folder, 'hash-keys'), { recursive: true });
  await log.write(2, 3, { unit: 'ana' }, hashed(wrong));
  expect(await log.erase(right)).toMatchObject({ predictions: 2 });
});

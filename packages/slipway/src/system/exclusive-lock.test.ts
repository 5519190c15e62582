import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withExclusiveLock } from './exclusive-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function lock(waitMs: number, file = join(folder, 'lock.db')) {
  return { file, waitMs, busy: () => new Error('busy'), unusable: () => new Error('unusable') };
}

test('callers of one process take turns, and none holds up the other in its work', async () => {
  const seen: string[] = [];
  const turn = (name: string) =>
    withExclusiveLock(lock(10_000), async () => {
      seen.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} out`);
    });
  await Promise.all([turn('a'), turn('b'), turn('c')]);
  expect(seen.filter((_, index) => index % 2 === 0).map((text) => text.split(' ')[1])).toEqual(['in', 'in', 'in']);
  expect(seen.map((text) => text[0]).join('')).toMatch(/^(aa|bb|cc){3}$/);
});

test('one that is held is busy after the wait, and free when the work has failed', async () => {
  const held = withExclusiveLock(lock(0), async () => {
    await expect(withExclusiveLock(lock(0), async () => 1)).rejects.toThrow('busy');
    throw new Error('the work failed');
  });
  await expect(held).rejects.toThrow('the work failed');
  expect(await withExclusiveLock(lock(0), async () => 2)).toBe(2);
});

test('a file that cannot be locked is not busy: it is told at once', async () => {
  const nowhere = lock(60_000, join(folder, 'nowhere', 'lock.db'));
  await expect(withExclusiveLock(nowhere, async () => 1)).rejects.toThrow('unusable');
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-make-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a folder is made with those above it, and the outermost that is new is told', async () => {
  expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a'));
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c']);
  expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBeUndefined();
  expect(await makeFolder(join(folder, 'a', 'd'))).toBe(join(folder, 'a', 'd'));
});

test('two that make the same folder at the same time both succeed', async () => {
  const both = [makeFolder(join(folder, 'a', 'b')), makeFolder(join(folder, 'a', 'b'))];
  await Promise.all(both);
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
});

test('a folder below a file cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

// Where there is no /proc, the root itself takes no folder from a plain user.
test('a file system that takes no folders ends with an error', async () => {
  await expect(makeFolder('/proc/slipway/a')).rejects.toMatchObject({ syscall: 'mkdir' });
});

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseExisting, replaceFiles } from './replace-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-replace-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('files are moved into a folder that is made for them, the named one last', async () => {
  const target = join(folder, 'a', 'b');
  const names = await replaceFiles(target, 'a.txt', async (place) => {
    await writeFile(join(place, 'a.txt'), 'A');
    await writeFile(join(place, 'b.txt'), 'B');
  });
  expect(names).toEqual(['b.txt', 'a.txt']);
  expect((await readdir(target)).sort()).toEqual(['a.txt', 'b.txt']);
});

test('a run that fails half-way leaves the old files as they were, and nothing else', async () => {
  await writeFile(join(folder, 'a.txt'), 'old');
  const failing = replaceFiles(folder, 'a.txt', async (place) => {
    await writeFile(join(place, 'a.txt'), 'new');
    throw new Error('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('a folder that was made for a run that fails is removed again', async () => {
  const target = join(folder, 'new');
  const failing = replaceFiles(target, 'a.txt', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(folder)).toEqual([]);
});

test('a target that is a file cannot be written to', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(replaceFiles(join(folder, 'file'), 'a', async () => {})).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    where: join(folder, 'file'),
  });
});

// Where there is no /proc, the root itself takes no folder from a plain user.
test('a target on a file system that takes no folders is refused at once', async () => {
  const writing = replaceFiles('/proc/slipway', 'a', async () => {
    throw new Error('nothing is written to a folder that is not there');
  });
  await expect(writing).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE', where: '/proc/slipway' });
});

test('files that are there are named', async () => {
  await refuseExisting(folder, ['a', 'b']);
  await writeFile(join(folder, 'b'), '');
  await mkdir(join(folder, 'c'));
  await expect(refuseExisting(folder, ['a', 'b'])).rejects.toMatchObject({
    code: 'FILE_EXISTS',
    message: 'There is already b.',
  });
  await expect(refuseExisting(folder, ['b', 'c'])).rejects.toMatchObject({ message: 'There are already b, c.' });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ana, filesOf } from '../fixtures/actors.ts';
import { openRegistry } from '../open-registry.ts';
import { backUpRegistry } from './registry-backup.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-back-up-'));
const url = `sqlite:${join(folder, 'registry.db')}`;
beforeAll(async () => {
  const registry = await openRegistry({ url });
  // Larger than the files that SQLite itself needs beside a database.
  for (let number = 1; number <= 60; number++) {
    await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana });
  }
  await registry.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = pathToFileURL(fileURLToPath(new URL('./registry-backup.ts', import.meta.url))).href;
const hasLimits = spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!hasLimits)('a disk that ends within the last line: no backup, and no success', async () => {
  const whole = join(folder, 'whole.backup');
  await backUpRegistry({ url }, whole);
  const cut = join(folder, 'cut.backup');
  const code = `const { backUpRegistry } = await import(${JSON.stringify(program)});
    await backUpRegistry({ url: ${JSON.stringify(url)} }, ${JSON.stringify(cut)});`;
  const room = statSync(whole).size - 10;
  expect(room).toBeGreaterThan(40_000);
  const node = [process.execPath, '--input-type=module', '--eval', code];
  const { status, stderr } = spawnSync('prlimit', [`--fsize=${room}`, ...node], { encoding: 'utf8' });
  expect(stderr).toContain('OUTPUT_NOT_WRITABLE');
  expect(status).not.toBe(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('cut'))).toEqual([]);
});

test('a disk that keeps less than it was given is found when the backup is read back', async () => {
  const file = join(folder, 'lying.backup');
  const { open } = fs;
  const lying: typeof open = async (path, ...rest) => {
    const handle = await open(path, ...rest);
    if (!`${path}`.endsWith('.partial')) return handle;
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await handle.truncate((await handle.stat()).size - 10);
      await sync();
    };
    return handle;
  };
  fs.open = lying;
  syncBuiltinESMExports();
  const saved = backUpRegistry({ url }, file).finally(() => {
    fs.open = open;
    syncBuiltinESMExports();
  });
  await expect(saved).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITABLE',
    message: expect.stringContaining('read back'),
    where: file,
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('lying'))).toEqual([]);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ana, filesOf } from '../fixtures/actors.ts';
import { openRegistry } from '../open-registry.ts';
import { backUpRegistry } from './registry-backup.ts';
import { replaceRegistry } from './replace-registry.ts';

const program = fileURLToPath(new URL('../fixtures/replace-and-die.ts', import.meta.url));

let folder: string;
let url: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-replace-'));
  url = `sqlite:${join(folder, 'home', 'registry.db')}`;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Backs up a registry of so many versions. */
async function backupOf(count: number): Promise<string> {
  const from = `sqlite:${join(folder, `from-${count}.db`)}`;
  const registry = await openRegistry({ url: from });
  for (let number = 1; number <= count; number++) {
    await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana });
  }
  await registry.close();
  const file = join(folder, `${count}.backup`);
  await backUpRegistry({ url: from }, file);
  return file;
}

/** How many versions the registry has, which must be there and sound. */
async function versionsIn(place: string): Promise<number> {
  const registry = await openRegistry({ url: place, create: false });
  try {
    expect((await registry.verifyAudit()).intact).toBe(true);
    return (await registry.versions('m')).length;
  } finally {
    await registry.close();
  }
}

test('a registry is replaced, and what was there is kept with all its changes', async () => {
  const [one, two] = [await backupOf(1), await backupOf(2)];
  await replaceRegistry({ url }, one, { by: ana }, 'first');
  const registry = await openRegistry({ url });
  for (const number of [2, 3]) await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana });
  await registry.close();
  const { setAside } = await replaceRegistry({ url }, two, { by: ana }, 'second');
  expect(await versionsIn(url)).toBe(2);
  expect(await versionsIn(`sqlite:${setAside}`)).toBe(3);
});

test('a process that dies before any step of replacing leaves the whole of the old registry or of the new one', {
  timeout: 60_000,
}, async () => {
  const [old, fresh] = [join(folder, 'from-2.db'), await backupOf(1)];
  await backupOf(2);
  const path = url.slice('sqlite:'.length);
  await mkdir(dirname(path));
  const left: number[] = [];
  for (let step = 1; ; step++) {
    // Nothing has it open, so all of it is in the one file.
    await copyFile(old, path);
    const child = spawn(process.execPath, [program, '--url', url, '--file', fresh, '--step', `${step}`]);
    const [code, signal] = await once(child, 'close');
    left.push(await versionsIn(url));
    if (signal === 'SIGKILL') continue;
    expect(code).toBe(0);
    break;
  }
  // The old one up to some step, and the new one from there; there are a dozen steps or more.
  expect(left).toEqual([...left].sort().reverse());
  expect(left.length).toBeGreaterThan(8);
  expect([left[0], left.at(-1)]).toEqual([2, 1]);
});

test('while another process has the registry open, nothing is replaced', async () => {
  const file = await backupOf(1);
  const registry = await openRegistry({ url });
  await registry.push('m', '7.0.0', filesOf(7), { by: ana });
  await expect(replaceRegistry({ url }, file, { by: ana }, 'now')).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
    message: expect.stringContaining('has the registry open'),
  });
  expect((await registry.versions('m')).map(({ version }) => version)).toEqual(['7.0.0']);
  await registry.close();
  expect(await readdir(join(folder, 'home'))).toEqual(['registry.db']);
});

test('a registry that is damaged is replaced, and kept as it is', async () => {
  const file = await backupOf(1);
  await openRegistry({ url }).then((registry) => registry.close());
  await writeFile(url.slice('sqlite:'.length), 'no database any more '.repeat(100));
  await writeFile(`${url.slice('sqlite:'.length)}-wal`, 'nor a log');
  await replaceRegistry({ url }, file, { by: ana }, 'now');
  expect(await versionsIn(url)).toBe(1);
  expect((await readdir(join(folder, 'home'))).sort()).toEqual([
    'registry.db',
    'registry.db.before-now',
    'registry.db.before-now-wal',
  ]);
});

test('a backup that is refused leaves no file where none was', async () => {
  const file = join(folder, 'no.backup');
  await writeFile(file, 'a,b\n1,2\n');
  await expect(replaceRegistry({ url }, file, { by: ana }, 'now')).rejects.toMatchObject({ code: 'REGISTRY_CORRUPT' });
  expect(await readdir(folder)).toEqual(['no.backup']);
});

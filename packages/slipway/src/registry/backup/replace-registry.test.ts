import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { uniform } from '../../system/random.ts';
import { ana, filesOf } from '../fixtures/actors.ts';
import { killWriter } from '../fixtures/start-writer.ts';
import { openRegistry } from '../open-registry.ts';
import { backUpRegistry } from './registry-backup.ts';
import { replaceRegistry } from './replace-registry.ts';

/** The long form: SLIPWAY_KILL_ROUNDS=100. */
const rounds = Number(process.env.SLIPWAY_KILL_ROUNDS ?? 4);
const seed = 20261125;

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

test('a process that is killed while it replaces leaves the whole of the old registry or of the new one', {
  timeout: 30_000 + 5_000 * rounds,
}, async () => {
  const files = [await backupOf(1), await backupOf(2)];
  await replaceRegistry({ url }, files[1] ?? '', { by: ana }, 'first');
  for (let round = 0; round < rounds; round++) {
    const linesMin = 1 + Math.floor(uniform(seed, round, 0) * 4);
    // Replacing takes some 30 ms: every part of it has its turn.
    const laterMs = uniform(seed, round, 1) * 40;
    await killWriter(linesMin, laterMs, '--url', url, '--name', 'w', '--mode', 'replace', '--files', files.join(','));
    expect([1, 2]).toContain(await versionsIn(url));
  }
  await replaceRegistry({ url }, files[0] ?? '', { by: ana }, 'last');
  expect(await versionsIn(url)).toBe(1);
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

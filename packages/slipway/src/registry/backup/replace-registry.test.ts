import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
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
  return (await versionNamesIn(place)).length;
}

async function versionNamesIn(place: string): Promise<readonly string[]> {
  const registry = await openRegistry({ url: place, create: false });
  try {
    expect((await registry.verifyAudit()).intact).toBe(true);
    return (await registry.versions('m')).map(({ version }) => version);
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
  const left: number[] = [];
  for (let step = 1; ; step++) {
    // The copies that the dead left would each take a name, and so a step more.
    await rm(dirname(path), { recursive: true, force: true });
    await mkdir(dirname(path));
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

test('a change that another process makes between copy and rename is refused, or is made in the new registry', async () => {
  const file = await backupOf(2);
  await openRegistry({ url }).then(async (registry) => {
    await registry.push('m', '7.0.0', filesOf(7), { by: ana });
    await registry.close();
  });
  const pushWith = async (version: number, waitMsMax: number) => {
    const registry = await openRegistry({ url, waitMsMax });
    try {
      await registry.push('m', `${version}.0.0`, filesOf(version), { by: ana });
    } finally {
      await registry.close();
    }
  };
  let patient: Promise<void> | undefined;
  let impatient: PromiseSettledResult<void> | undefined;
  const { rename } = fs;
  fs.rename = async (from, to) => {
    patient = pushWith(9, 10_000);
    [impatient] = await Promise.allSettled([pushWith(8, 50)]);
    return rename(from, to);
  };
  syncBuiltinESMExports();
  const { setAside } = await replaceRegistry({ url }, file, { by: ana }, 'now').finally(() => {
    fs.rename = rename;
    syncBuiltinESMExports();
  });
  expect(impatient).toMatchObject({ status: 'rejected', reason: { code: 'REGISTRY_UNAVAILABLE' } });
  await patient;
  expect(await versionNamesIn(url)).toEqual(['1.0.0', '2.0.0', '9.0.0']);
  expect(await versionNamesIn(`sqlite:${setAside}`)).toEqual(['7.0.0']);
});

test.each(['a registry', 'nothing'])(
  'two restores at once in the place of %s: each that is acknowledged is kept',
  async (there) => {
    const files = [await backupOf(1), await backupOf(2), await backupOf(3)];
    if (there === 'a registry') {
      const registry = await openRegistry({ url });
      for (const number of [1, 2, 3, 4, 5]) await registry.push('m', `${number}.0.0`, filesOf(number), { by: ana });
      await registry.close();
    }
    const settled = await Promise.allSettled(files.map((file) => replaceRegistry({ url }, file, { by: ana }, 'now')));
    const home = join(folder, 'home');
    const names = (await readdir(home)).sort();
    const kept = await Promise.all(names.map((name) => versionsIn(`sqlite:${join(home, name)}`)));
    const acknowledged = settled.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(kept.sort()).toEqual(there === 'a registry' ? [...acknowledged, 5] : acknowledged);
    for (const result of settled) {
      if (result.status === 'rejected') expect(result.reason.code).toMatch(/^REGISTRY_(UNAVAILABLE|CONFLICT)$/);
    }
  },
);

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

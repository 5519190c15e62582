import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { learnerLaunch, memoryIo, writeLearnerLaunch } from '@slipway/testkit';
import { type PostgresServer, startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startS3 } from '../../registry/artifacts/fixtures/s3-server.ts';
import { main } from '../main.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.destroy();
  rmSync(root, { recursive: true, force: true });
});

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(root, 'place-'));
  writeLearnerLaunch(folder, { text: learnerLaunch });
});

async function slipway(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const memory = memoryIo({ cwd: folder, env: { SLIPWAY_USER: 'ana', ...env } });
  await main(words, memory.io);
  return { code: memory.code(), out: memory.out(), err: memory.err() };
}

async function jsonOf(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { out, err } = await slipway([...words, '--json'], env);
  expect(err).toBe('');
  return JSON.parse(out);
}

/** A registry with one version, which is in production, and a key. */
async function pushed(): Promise<void> {
  await slipway(['push', 'launch.yaml']);
  await slipway(['promote', 'learner-risk@1.0.0']);
  await slipway(['keys', 'create', '--name', 'ci', '--scope', 'predict']);
}

test('from SQLite to PostgreSQL and back: versions, aliases, keys, the audit log and the model files are the same', async () => {
  await pushed();
  const saved = await jsonOf(['backup', 'one.backup', '--artifacts']);
  const far = { SLIPWAY_REGISTRY: await postgres.freshUrl(), SLIPWAY_ARTIFACTS: 'file:far' };
  const first = await jsonOf(['restore', 'one.backup', '--artifacts', '--why', 'we grow'], far);
  expect(first).toMatchObject({ verdict: 'pass', rows: saved.rows, audit: { intact: true } });
  expect(first.artifacts).toEqual({ inUse: saved.artifacts.inUse, missing: [], damaged: [] });

  await jsonOf(['backup', 'two.backup', '--artifacts', 'one.backup.artifacts'], far);
  const home = { SLIPWAY_HOME: 'back' };
  const second = await jsonOf(['restore', 'two.backup', '--artifacts', 'one.backup.artifacts'], home);
  expect(second).toMatchObject({ verdict: 'pass', copies: { copied: saved.artifacts.inUse } });
  for (const words of [
    ['versions', 'learner-risk'],
    ['keys', 'list'],
  ]) {
    expect(await jsonOf(words, home)).toEqual(await jsonOf(words));
  }
  const { entries } = await jsonOf(['audit'], home).then((log) => ({ entries: JSON.stringify(log) }));
  expect(entries.match(/registry\.restore/g)).toHaveLength(2);
  expect(entries).toContain('we grow');
});

describe('a restore without all model files', () => {
  test('ends with 10 and names one that is missing; the files can be restored later', async () => {
    await pushed();
    await slipway(['backup', 'one.backup', '--artifacts']);
    const home = { SLIPWAY_HOME: 'other' };
    const { code, out } = await slipway(['restore', 'one.backup'], home);
    expect(code).toBe(10);
    expect(out).toMatch(/model files, missing: \d+, damaged: 0, such as sha256:[0-9a-f]{64}\n/);
    expect(out).toContain('`slipway restore one.backup --artifacts --force`');
    expect((await slipway(['restore', 'one.backup', '--artifacts', '--force'], home)).code).toBe(0);
  });

  test('that are damaged in the backup is refused before one of them gets in', async () => {
    await pushed();
    await slipway(['backup', 'one.backup', '--artifacts']);
    const copies = join(folder, 'one.backup.artifacts');
    expect(readdirSync(copies)).toEqual(['sha256']);
    const files = readdirSync(copies, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) writeFileSync(join(parentPath, name), 'other bytes');
    const { code, err } = await slipway(['restore', 'one.backup', '--artifacts'], { SLIPWAY_HOME: 'other' });
    expect(code).toBe(3);
    expect(err).toContain('ARTIFACT_DIGEST_MISMATCH');
  });
});

describe('a registry that is there', () => {
  test('is not restored over; with --force it is set aside and lost is nothing', async () => {
    await pushed();
    await slipway(['backup', 'one.backup']);
    const head = (await jsonOf(['backup', 'head.backup'])).auditHead;
    const refused = { code: 5, out: '', err: expect.stringMatching(/hint +With --force the SQLite registry/) };
    expect(await slipway(['restore', 'one.backup'])).toMatchObject(refused);
    const other = await slipway(['restore', 'launch.yaml'], { SLIPWAY_HOME: 'other' });
    expect(other).toMatchObject({ code: 3, err: expect.stringContaining('Check the path') });
    const forced = await jsonOf(['restore', 'one.backup', '--force']);
    expect(forced).toMatchObject({ verdict: 'pass', setAside: expect.stringContaining('registry.db.before-') });
    const aside = await jsonOf(['backup', 'aside.backup'], { SLIPWAY_REGISTRY: `sqlite:${forced.setAside}` });
    expect(aside.auditHead).toEqual(head);
  });

  test('stays as it is where the backup is cut, also with --force', async () => {
    await pushed();
    await slipway(['backup', 'one.backup']);
    const text = readFileSync(join(folder, 'one.backup'), 'utf8');
    writeFileSync(join(folder, 'cut.backup'), text.split('\n').slice(0, -3).join('\n'));
    const before = await jsonOf(['versions', 'learner-risk']);
    expect(await slipway(['restore', 'cut.backup', '--force'])).toMatchObject({ code: 3 });
    expect(await jsonOf(['versions', 'learner-risk'])).toEqual(before);
    expect(readdirSync(join(folder, '.slipway')).filter((name) => /before|restoring/.test(name))).toEqual([]);
  });

  test('in PostgreSQL is not replaced', async () => {
    await pushed();
    await slipway(['backup', 'one.backup']);
    const far = { SLIPWAY_REGISTRY: await postgres.freshUrl() };
    await slipway(['restore', 'one.backup'], far);
    const { code, err } = await slipway(['restore', 'one.backup', '--force'], far);
    expect(code).toBe(5);
    expect(err).toContain('REGISTRY_NOT_EMPTY');
  });
});

test('a registry whose audit log was edited is not backed up, with 10 and the entry; --anyway keeps the evidence', async () => {
  await pushed();
  const database = new DatabaseSync(join(folder, '.slipway', 'registry.db'));
  database.exec("DROP TRIGGER slipway_audit_no_update; UPDATE slipway_audit SET by_id = 'eve' WHERE sequence = 2");
  database.close();
  const refused = await slipway(['backup', 'one.backup', '--artifacts']);
  expect(refused).toMatchObject({ code: 10, err: '' });
  expect(refused.out).toMatch(/^fail: nothing is saved, .*Entry 2 .*\n +hint .*--anyway/);
  expect(readdirSync(folder).filter((name) => name.includes('backup'))).toEqual([]);
  const kept = await slipway(['backup', 'one.backup', '--anyway']);
  expect(kept).toMatchObject({ code: 10, out: expect.stringMatching(/Saved to .*fail: .*Entry 2 /s) });
  const home = { SLIPWAY_HOME: 'other' };
  expect(await slipway(['restore', 'one.backup'], home)).toMatchObject({ code: 3, out: '' });
  expect(readdirSync(folder)).not.toContain('other');
});

test('a backup is never written over another, and is for its owner alone', async () => {
  await pushed();
  await slipway(['backup', 'one.backup']);
  const { mode } = (await import('node:fs')).statSync(join(folder, 'one.backup'));
  expect(mode & 0o077).toBe(0);
  expect(await slipway(['backup', 'one.backup'])).toMatchObject({
    code: 5,
    err: expect.stringMatching(/FILE_EXISTS.*hint +Choose another name/s),
  });
});

test('the page about backups works as it is written, on a database and a bucket of ours', async () => {
  const page = readFileSync(new URL('../../../../../docs/guides/backup.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(4);
  // A place without outcomes.
  mkdirSync(join(folder, '.slipway', 'log'), { recursive: true });
  const far = await postgres.freshUrl();
  const script = blocks.join('').replace('postgres://slipway@db.example.org/slipway', `'${far}'`);
  expect(script).toContain(far);
  await pushed();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const command = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));
  writeFileSync(join(bin, 'slipway'), `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`);
  chmodSync(join(bin, 'slipway'), 0o755);
  const s3 = await startS3(join(folder, 's3'));
  try {
    const env = { ...process.env, ...s3.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const out = await run(script, env);
    expect(readdirSync(join(folder, 'monday'))).toEqual(['log']);
    expect(out.match(/pass: all of it is there/g)).toHaveLength(2);
    expect(out).toContain('pass: nothing is broken');
    expect(out).toMatch(/✓ Artifacts +s3:\/\/models\/slipway/);
  } finally {
    await s3.close();
  }
});

/** The server is in this process, which must not be held up. */
function run(script: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-e', '-c', script], { cwd: folder, env }, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(`${error.message}\n${out}\n${err}`));
    });
  });
}

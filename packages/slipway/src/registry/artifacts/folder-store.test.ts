import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ownPlace } from '../../system/process-mark.ts';
import { keyOf } from './blob.ts';
import { conformArtifactStore, listOf } from './fixtures/conformance.ts';
import { folderStore } from './folder-store.ts';
import { openArtifactStore } from './open-store.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const fresh = () => `file:${join(root, String(count++), 'artifacts')}`;
const fileOf = (url: string, digest: string) => join(url.slice('file:'.length), keyOf(digest));

conformArtifactStore('a folder', async () => ({
  env: {},
  fresh,
  tamper: (url, digest, edit) => writeFileSync(fileOf(url, digest), edit(readFileSync(fileOf(url, digest)))),
  lose: (url, digest) => rmSync(fileOf(url, digest)),
  drafts: (url) => readdirSync(join(url.slice('file:'.length), 'drafts')),
  close: async () => {},
}));

const folderOf = (url: string) => url.slice('file:'.length);

test('a flipped bit is mended by the next put of the right bytes', async () => {
  const store = folderStore(folderOf(fresh()));
  const bytes = Buffer.from('weights');
  const digest = await store.put(bytes);
  writeFileSync(store.pathOf(digest), 'weighty');
  expect(await store.isIntact(digest)).toBe(false);
  await store.put(bytes);
  expect(await store.isIntact(digest)).toBe(true);
});

test('drafts of processes that are gone are removed; those of others stay', async () => {
  const folder = folderOf(fresh());
  const drafts = join(folder, 'drafts');
  mkdirSync(drafts, { recursive: true });
  const ended = spawnSync(process.execPath, ['-e', '0']).pid;
  const id = '00000000-0000-4000-8000-000000000000';
  const gone = `${ownPlace()}.${ended}.${id}.part`;
  const alive = `${ownPlace()}.${process.pid}.${id}.part`;
  const elsewhere = `another-machine.${ended}.${id}.part`;
  for (const name of [gone, alive, elsewhere, 'notes.txt']) writeFileSync(join(drafts, name), 'half');
  await folderStore(folder).put(Buffer.from('x'));
  expect(readdirSync(drafts).sort()).toEqual([alive, elsewhere, 'notes.txt'].sort());
});

test('a disk that is full in the middle of a put is STORE_UNAVAILABLE, with nothing left behind', async () => {
  const url = fresh();
  const putting = fileURLToPath(new URL('./fixtures/putting-process.ts', import.meta.url));
  // No file of this process may grow past 200 blocks, which is met in a later chunk than the first.
  const script = `ulimit -f 200 && exec "$0" "$@"`;
  const { stdout } = spawnSync('sh', ['-c', script, process.execPath, putting, url, '1', '8'], { encoding: 'utf8' });
  expect(stdout).toContain('chunk 1');
  expect(stdout).toContain('answer STORE_UNAVAILABLE');
  expect(await listOf(folderStore(folderOf(url)))).toEqual([]);
  expect(readdirSync(join(folderOf(url), 'drafts'))).toEqual([]);
});

test('a folder that cannot be made or read is STORE_UNAVAILABLE', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const store = folderStore(join(file, 'artifacts'));
  await expect(store.put(Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  const denied = folderStore('/proc/slipway');
  await expect(denied.put(Buffer.from('x'))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    where: '/proc/slipway',
  });
});

test('what is no artifact in the folder is not listed', async () => {
  const folder = folderOf(fresh());
  const store = folderStore(folder);
  const digest = await store.put(Buffer.from('x'));
  writeFileSync(join(folder, 'sha256', 'README'), '');
  writeFileSync(join(folder, 'sha256', digest.slice(7, 9), 'note'), '');
  mkdirSync(join(folder, 'sha256', 'zz'));
  expect((await listOf(store)).map((entry) => entry.digest)).toEqual([digest]);
});

test('what is no digest leads nowhere', async () => {
  const store = folderStore(folderOf(fresh()));
  for (const digest of ['sha256:../../etc/passwd', 'sha256:ab', `sha256:${'A'.repeat(64)}`, '']) {
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'ARTIFACT_NOT_FOUND' });
  }
});

test('an address is a folder relative to another, a bucket, or refused', async () => {
  const open = (url: string, env = {}) => openArtifactStore({ url, folder: '/srv', env });
  expect((await open('file:artifacts')).where).toBe('/srv/artifacts');
  expect((await open('file:///data/artifacts')).where).toBe('/data/artifacts');
  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  expect((await open('s3://models/team/one/', env)).where).toBe('s3://models/team/one/');
  await expect(open('s3://models')).rejects.toMatchObject({ code: 'STORE_URL', where: 'AWS_ACCESS_KEY_ID' });
  await expect(open('s3://Models', env)).rejects.toMatchObject({ code: 'STORE_URL' });
  await expect(open('s3://models', { ...env, SLIPWAY_S3_ENDPOINT: 'nowhere' })).rejects.toMatchObject({
    code: 'STORE_URL',
    where: 'SLIPWAY_S3_ENDPOINT',
  });
  const secrets = [
    'http://ana:hunter2@s3.example.org',
    'http://hunter2@s3.example.org',
    'https://s3.org/?token=hunter2',
  ];
  for (const endpoint of secrets) {
    const refused = await open('s3://models', { ...env, SLIPWAY_S3_ENDPOINT: endpoint }).catch((error) => error);
    expect(refused).toMatchObject({ code: 'STORE_URL', where: 'SLIPWAY_S3_ENDPOINT' });
    expect(JSON.stringify(refused) + refused.message).not.toContain('hunter2');
  }
  await expect(open('s3://ana:hunter2@models', env)).rejects.toMatchObject({
    code: 'STORE_URL',
    message: expect.not.stringContaining('hunter2'),
  });
  await expect(open('ftp://models')).rejects.toMatchObject({ code: 'STORE_URL' });
  await expect(open('file:')).rejects.toMatchObject({ code: 'STORE_URL' });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startS3, type TestS3 } from '../../registry/artifacts/fixtures/s3-server.ts';
import type { Alias, Version } from '../../registry/types.ts';
import { type CommandFolder, commandFolder } from '../fixtures/registry-commands.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-push-faults-'));
const disk = join(root, 'disk');
mkdirSync(disk);
const pageBytes = 4096;
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
if (!canMount)
  process.stderr.write('Skipped: a push onto a full disk. Run as root on Linux, where a tmpfs can be mounted.\n');

let s3: TestS3;
beforeAll(async () => {
  s3 = await startS3(join(root, 's3'));
});
afterAll(async () => {
  await s3.close();
  if (canMount) spawnSync('umount', [disk]);
  rmSync(root, { recursive: true, force: true });
});

const versionsIn = async (here: CommandFolder) =>
  (await here.json<{ versions: readonly Version[] }>('versions', 'learner-risk')).versions.map((each) => each.version);

test.skipIf(!canMount)(
  'a disk that is full at any moment of a push: told so, nothing half-done, and the same push works with more room',
  { timeout: 120_000 },
  async () => {
    const here = commandFolder(root, { SLIPWAY_HOME: join(disk, 'home') });
    here.write('1.0.0');
    await here.json('push');
    const codes = new Set<string>();
    let isFull = true;
    // One page more room each time, so that the end of it is met in each of the files and in the database.
    for (let pages = 0; isFull && pages < 60; pages++) {
      const version = `1.${pages + 1}.0`;
      here.write(version, { bias: pages });
      const before = await versionsIn(here);
      const filler = fill(join(disk, 'filler'), pages);
      const { code, err } = await here.run('push');
      rmSync(filler);
      isFull = code !== 0;
      if (!isFull) break;
      expect(err).toMatch(/(STORE|REGISTRY)_UNAVAILABLE: .*full/);
      expect(code).toBe(6);
      codes.add(/(STORE|REGISTRY)_UNAVAILABLE/.exec(err)?.[0] ?? '');
      expect(await versionsIn(here)).toEqual(before);
      expect(readdirSync(join(disk, 'home', 'artifacts', 'drafts'))).toEqual([]);
      await here.json('push', '--alias', 'staging');
      expect((await here.run('inspect', 'learner-risk@staging')).code).toBe(0);
    }
    expect(isFull).toBe(false);
    expect([...codes].sort()).toEqual(['REGISTRY_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    expect((await here.run('audit', 'verify')).code).toBe(0);
  },
);

/** Takes all the room of the disk but so many pages. */
function fill(path: string, pagesLeft: number): string {
  const page = Buffer.alloc(pageBytes);
  const pages: Buffer[] = [];
  try {
    for (;;) {
      writeFileSync(path, page, { flag: 'a' });
      pages.push(page);
    }
  } catch {
    rmSync(path);
    writeFileSync(path, Buffer.concat(pages.slice(0, Math.max(0, pages.length - pagesLeft))));
  }
  return path;
}

let stores = 0;
const places: readonly [string, () => Readonly<Record<string, string>>][] = [
  ['a folder', () => ({})],
  ['an S3 server', () => ({ ...s3.env, SLIPWAY_ARTIFACTS: `s3://models/faults-${stores++}` })],
];

describe.each(places)('a store that lies: %s', (_, envOf) => {
  const flipped = (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)));

  /** A version with a damaged file, beside one in production; `asks` is promoted before, and waits for an approval. */
  async function withDamage(file: 'artifact' | 'launch' | 'proof', asks?: string) {
    const here = commandFolder(root, envOf());
    here.write('1.0.0');
    await here.json('push', '--alias', 'production');
    here.write('1.1.0', { bias: 6 });
    const { version } = await here.json<{ version: Version }>('push');
    let asked = '';
    if (asks !== undefined) {
      await here.run('approvals', 'learner-risk', '--require');
      const promotion = await here.json<{ approval: { id: string } }>('promote', asks);
      asked = promotion.approval.id;
    }
    const digest = version[file] ?? '';
    const store = here.env.SLIPWAY_ARTIFACTS;
    if (store !== undefined) s3.tamper(store, digest, flipped);
    else {
      const path = join(here.folder, '.slipway', 'artifacts', 'sha256', digest.slice(7, 9), digest.slice(7));
      const size = statSync(path).size;
      writeFileSync(path, flipped(readFileSync(path)));
      expect(statSync(path).size).toBe(size);
    }
    return { ...here, asked };
  }

  test.each(['artifact', 'launch', 'proof'] as const)(
    'promote refuses a version whose %s is damaged, and leaves the alias; pushing again mends it',
    async (file) => {
      const here = await withDamage(file);
      const { code, err } = await here.run('promote', 'learner-risk@1.1.0');
      expect(err).toContain(
        `ARTIFACT_DIGEST_MISMATCH: The ${file} of learner-risk@1.1.0 is damaged in the artifact store`,
      );
      expect(err).toContain('pushing the version again');
      expect(code).toBe(3);
      const aliases = async () =>
        (await here.json<{ aliases: readonly Alias[] }>('versions', 'learner-risk')).aliases.map(
          ({ alias, version }) => `${alias} ${version}`,
        );
      expect(await aliases()).toContain('production 1.0.0');
      await here.json('push');
      await here.json('promote', 'learner-risk@1.1.0');
      expect(await aliases()).toContain('production 1.1.0');
    },
  );

  test('nor does a second person let it in: the request stays open', async () => {
    const here = await withDamage('launch', 'learner-risk@1.1.0');
    const { code, err } = await here.run('approve', here.asked, '--by', 'bo');
    expect(err).toContain('ARTIFACT_DIGEST_MISMATCH: The launch of learner-risk@1.1.0 is damaged');
    expect(code).toBe(3);
    await here.json('push');
    expect((await here.run('approve', here.asked, '--by', 'bo')).out).toContain('approved');
  });

  test('nobody serves or scores with it: batch ends with ARTIFACT_DIGEST_MISMATCH and writes nothing', async () => {
    const here = await withDamage('artifact');
    writeFileSync(join(here.folder, 'in.csv'), 'hours_studied,quiz_score,learner_id\n3,40,L1\n');
    const { code, err } = await here.run('batch', '--model', 'learner-risk@1.1.0', 'in.csv', 'out.csv');
    expect(err).toContain('ARTIFACT_DIGEST_MISMATCH');
    expect(code).toBe(3);
    expect(readdirSync(here.folder)).not.toContain('out.csv');
  });
});

test('gc says what would go, then takes it, and says what is left and why', async () => {
  const here = commandFolder(root);
  here.write('1.0.0');
  await here.json('push');
  here.write('1.1.0', { bias: 6 });
  await here.json('push');
  await here.run('delete', 'learner-risk@1.1.0');
  expect((await here.run('gc')).out).toMatch(/0 files removed[\s\S]*young/);
  const dry = await here.json<{ unused: readonly object[] }>('gc', '--dry-run', '--grace', '0');
  expect(dry.unused.length).toBeGreaterThanOrEqual(2);
  expect((await here.run('gc', '--dry-run', '--grace', '0')).out).toContain(`${dry.unused.length} files would go`);
  expect((await here.run('gc', '--grace', '0', '--why', 'room')).out).toContain(`${dry.unused.length} files removed`);
  expect((await here.json<{ unused: readonly object[] }>('gc', '--grace', '0')).unused).toEqual([]);
  expect((await here.run('promote', 'learner-risk@1.0.0')).code).toBe(0);
  expect((await here.run('audit')).out).toContain('artifacts.collect');
  expect((await here.run('gc', '--grace', 'soon')).err).toContain('Write a time like');
});

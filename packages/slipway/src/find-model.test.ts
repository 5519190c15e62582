import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@slipway/testkit/postgres-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandFolder, commandFolder } from './cli/fixtures/registry-commands.ts';
import { checkLaunch } from './gate/check-launch.ts';
import { openModel } from './open-model.ts';
import { keyOf } from './registry/artifacts/blob.ts';
import { startS3, type TestS3 } from './registry/artifacts/fixtures/s3-server.ts';
import type { Version } from './registry/types.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-find-'));
const record = { hours_studied: 3, quiz_score: 40 };
let s3: TestS3;
beforeAll(async () => {
  s3 = await startS3(join(root, 's3'));
});
afterAll(async () => {
  await s3.close();
  rmSync(root, { recursive: true, force: true });
});

const open = ({ folder, env }: CommandFolder, name: string) => openModel(name, { surroundings: { folder, env } });

async function answered(here: CommandFolder, name: string) {
  const model = await open(here, name);
  const { predictionId: _, ...answer } = (await model.predict(record)) as unknown as Record<string, unknown>;
  await model.close();
  return answer;
}

async function pushed(here: CommandFolder): Promise<Version> {
  here.write('1.0.0');
  const { version } = await here.json<{ version: Version }>('push', '--alias', 'production');
  return version;
}

describe('openModel', () => {
  test('NAME@ALIAS and NAME@VERSION answer as the launch file that was pushed', async () => {
    const here = commandFolder(root);
    await pushed(here);
    const fromFile = await answered(here, 'launch.yaml');
    rmSync(join(here.folder, 'launch.yaml'));
    rmSync(join(here.folder, 'model.onnx'));
    expect(await answered(here, 'learner-risk@production')).toEqual(fromFile);
    const model = await open(here, 'learner-risk@1.0.0');
    expect(model.version).toMatchObject({ model: 'learner-risk', version: '1.0.0' });
    expect(model.engine.session.engine).toBe('compiled');
    await model.close();
  });

  test('a file of that name wins', async () => {
    const here = commandFolder(root);
    here.write('2.0.0');
    const text = readFileSync(join(here.folder, 'launch.yaml'), 'utf8');
    writeFileSync(join(here.folder, 'learner-risk@production'), text);
    expect(await answered(here, 'learner-risk@production')).toMatchObject({ version: '2.0.0' });
  });

  test('the proof that was pushed is taken, so that ONNX Runtime proves nothing again', async () => {
    const here = commandFolder(root);
    const version = await pushed(here);
    await answered(here, 'learner-risk@production');
    expect(version.proof).not.toBeNull();
    expect(() => readdirSync(join(here.folder, '.slipway', 'cache', 'proofs'))).toThrow('ENOENT');
  });
});

describe('the settings of a place', () => {
  test('slipway.config.yaml and secret files name the registry for the library as for a command', async () => {
    const here = commandFolder(root);
    await pushed(here);
    const fromCommand = await answered(here, 'learner-risk@production');
    const { folder } = commandFolder(root);
    const url = `sqlite:${join(here.folder, '.slipway', 'registry.db')}`;
    writeFileSync(join(folder, 'registry.url'), `${url}\n`);
    const artifacts = `file:${join(here.folder, '.slipway', 'artifacts')}`;
    writeFileSync(join(folder, 'slipway.config.yaml'), `artifacts: ${artifacts}\n`);
    const elsewhere = { ...here, folder, env: { SLIPWAY_REGISTRY_FILE: 'registry.url' } };
    expect(await answered(elsewhere, 'learner-risk@production')).toEqual(fromCommand);
    writeFileSync(join(folder, 'slipway.config.yaml'), `artifacts: ${artifacts}\nregistry: ${url}\n`);
    expect(await answered({ ...elsewhere, env: {} }, 'learner-risk@production')).toEqual(fromCommand);
  });

  test('a settings file that is wrong is told, and is of no concern to a launch file', async () => {
    const here = commandFolder(root);
    here.write('1.0.0');
    writeFileSync(join(here.folder, 'slipway.config.yaml'), 'registri: nope\n');
    await expect(open(here, 'learner-risk@production')).rejects.toMatchObject({ code: /^SETTINGS_/ });
    expect(await answered(here, 'launch.yaml')).toMatchObject({ version: '1.0.0' });
  });
});

describe('a registry that does not answer', () => {
  test('its last word is taken, with a warning and a field that say so; without one it is an error', async () => {
    const postgres = await startPostgres();
    try {
      const registry = { SLIPWAY_REGISTRY: await postgres.freshUrl() };
      const there = commandFolder(root, { ...s3.env, ...registry, SLIPWAY_ARTIFACTS: 's3://models/last-known' });
      await pushed(there);
      const first = await open(there, 'learner-risk@production');
      expect(first.lastKnown).toBeNull();
      await first.close();
      writeFileSync(join(there.folder, 'in.csv'), 'hours_studied,quiz_score\n3,40\n');
      await postgres.stop();
      const gone = { folder: there.folder, env: { ...there.env, SLIPWAY_S3_ENDPOINT: 'http://127.0.0.1:1' } };
      const warnings: string[] = [];
      const onWarning = (warning: string) => warnings.push(warning);
      const model = await openModel('learner-risk@production', { surroundings: gone, onWarning });
      expect(model.version).toEqual(first.version);
      expect(model.lastKnown).toMatchObject({ at: expect.any(String), error: { code: 'REGISTRY_UNAVAILABLE' } });
      expect(warnings).toEqual([
        expect.stringContaining('Taking learner-risk@1.0.0, to which learner-risk@production'),
      ]);
      await model.close();
      const inspected = await there.run('inspect', 'learner-risk@production');
      expect(inspected).toMatchObject({
        code: 0,
        err: expect.stringMatching(/^warning: The registry does not answer: /),
      });
      expect((await there.run('check', 'learner-risk@production')).code).toBe(6);
      const scored = await there.run('batch', '--model', 'learner-risk@production', 'in.csv', 'out.csv');
      expect(scored).toMatchObject({
        code: 0,
        err: expect.stringContaining('warning: The registry does not answer: '),
      });
      const never = openModel('learner-risk@staging', { surroundings: gone, onWarning });
      await expect(never).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
      await expect(checkLaunch('learner-risk@production', gone)).rejects.toMatchObject({
        code: 'REGISTRY_UNAVAILABLE',
      });
      const other = { ...gone, env: { ...gone.env, SLIPWAY_REGISTRY: 'postgres://slipway@127.0.0.1:1/other' } };
      const strange = openModel('learner-risk@production', { surroundings: other, onWarning });
      await expect(strange).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    } finally {
      await postgres.destroy();
    }
  });
});

describe('a version in S3', () => {
  let stores = 0;
  const s3Folder = () => commandFolder(root, { ...s3.env, SLIPWAY_ARTIFACTS: `s3://models/find-${stores++}` });
  const cached = (here: CommandFolder, digest: string) => join(here.folder, '.slipway', 'cache', keyOf(digest));

  test('is fetched once, and opened from the cache when the store is gone', async () => {
    const here = s3Folder();
    await pushed(here);
    const first = await answered(here, 'learner-risk@production');
    const gone = { ...here, env: { ...here.env, SLIPWAY_S3_ENDPOINT: 'http://127.0.0.1:1' } };
    expect(await answered(gone, 'learner-risk@production')).toEqual(first);
  });

  test('a damaged copy in the cache is fetched again', async () => {
    const here = s3Folder();
    const version = await pushed(here);
    const first = await answered(here, 'learner-risk@production');
    writeFileSync(cached(here, version.artifact), 'damaged');
    expect(await answered(here, 'learner-risk@production')).toEqual(first);
  });

  test('a store that lies is found out, and nothing of it reaches the cache', async () => {
    const here = s3Folder();
    const version = await pushed(here);
    s3.tamper(here.env.SLIPWAY_ARTIFACTS ?? '', version.artifact, () => Buffer.from('another model'));
    await expect(open(here, 'learner-risk@production')).rejects.toMatchObject({ code: 'ARTIFACT_DIGEST_MISMATCH' });
    expect(() => readFileSync(cached(here, version.artifact))).toThrow('ENOENT');
  });

  test('many that open at once share one cache', async () => {
    const here = s3Folder();
    await pushed(here);
    mkdirSync(join(here.folder, '.slipway', 'cache'), { recursive: true });
    const answers = await Promise.all(Array.from({ length: 6 }, () => answered(here, 'learner-risk@production')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

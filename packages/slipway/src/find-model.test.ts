import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandFolder, commandFolder } from './cli/fixtures/registry-commands.ts';
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

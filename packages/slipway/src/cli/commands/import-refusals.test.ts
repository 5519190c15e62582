import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel } from '@slipway/core';
import { imageModel, memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../main.ts';

const models = fileURLToPath(new URL('../../sources/fixtures/models/', import.meta.url));
const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-refused-'));
  for (const name of ['xgb-binary.ubj', 'lgb-texts.txt']) await copyFile(join(models, name), join(folder, name));
  await writeFile(join(folder, 'sample.csv'), 'a,b\n1,2\n');
  await writeFile(join(folder, 'image.onnx'), encodeModel(imageModel()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const memory = memoryIo({ cwd: folder, env: { PATH: process.env.PATH } });
  await main(argv, memory.io);
  return { out: memory.out(), err: memory.err(), exitCode: memory.code() };
}

test.each([
  ['a,b,c,plan,level\nx,1,2,basic,10\n', /SAMPLE_MISMATCH: The feature "a" takes numbers: data row 1 has "x"/],
  [
    'a,b,c,plan,level\n1,1,2,basic,1.5\n',
    /SAMPLE_MISMATCH: The feature "level" takes whole numbers; the column has 1\.5/,
  ],
  ['a,b,c,plan,level\n1,1,2,silver,10\n', /SAMPLE_MISMATCH: The model answers no row of the sample/],
  ['a,b,c,plans,level\n1,1,2,basic,10\n', /SAMPLE_MISMATCH: .*"plan"\.\n.*\n.*Is it called "plans"\? Rename/],
  ['a,b,c,plan,level\n', /SAMPLE_MISMATCH: The sample has no rows/],
])('the sample %j is refused with the column', async (text, message) => {
  await writeFile(join(folder, 'bad.csv'), text);
  const { err, exitCode } = await run('import', 'lgb-texts.txt', '--data', 'bad.csv', '--out', 'bad');
  expect(err).toMatch(message);
  expect(exitCode).toBe(2);
});

const zip = (member: string) => `PK\x03\x04\x14\0\0\0\0\0${member}`;

test.each([
  ['a PyTorch file', zip('archive/data.pkl'), /is a PyTorch file.*\n.*\n.*torch\.onnx\.export/],
  ['a Keras file', zip('model.weights.h5'), /is a Keras file.*\n.*\n.*tf2onnx/],
  ['another zip', zip('a.txt'), /is a zip archive.*\n.*\n.*Unpack it/],
  ['HDF5', '\x89HDF\r\n\x1a\n', /HDF5 file.*\n.*\n.*tf2onnx/],
  ['an old XGBoost file', 'binf\0\0\0\x3f', /old binary format.*\n.*\n.*save_model\("model\.ubj"\)/],
  ['a headless old XGBoost file', '\0\0\0\x3f\x05\0\0\0', /old binary format.*\n.*\n.*save_model/],
  ['a dump of XGBoost', 'booster[0]\n0:[f0<1]', /text dump of XGBoost.*\n.*\n.*save_model/],
  ['a dump of LightGBM', '{"name":"tree","version":"v4"}', /JSON dump of LightGBM.*\n.*\n.*save_model\("model\.txt"\)/],
  ['other JSON', '{"weights": [1, 2]}', /JSON, but not that of an XGBoost model/],
  ['CatBoost', 'CBM1\x30\0\0\0', /CatBoost model.*\n.*\n.*format="onnx"/],
  ['PMML', '<?xml version="1.0"?>\n<PMML version="4.4">', /PMML document.*\n.*\n.*Export the model to ONNX/],
  ['Git LFS', 'version https://git-lfs.github.com/spec/v1\n', /Git LFS pointer.*\n.*\n.*git lfs pull/],
  ['plain text', 'hello', /is plain text.*\n.*\n.*Give a file of XGBoost, LightGBM or ONNX/],
  ['nothing', '', /without a byte in it/],
])('%s is not read, and the hint says what to do', async (_, content, message) => {
  await writeFile(join(folder, 'other.bin'), content, 'latin1');
  const { err, out, exitCode } = await run('import', 'other.bin', '--out', 'other');
  expect(err).toMatch(/^MODEL_FILE_UNKNOWN/);
  expect(err).toMatch(message);
  expect({ out, exitCode }).toEqual({ out: '', exitCode: 3 });
});

test.each([
  [['import'], /USAGE: Missing required argument 'file'/],
  [['import', 'xgb-binary.ubj', '--nmae', 'x'], /USAGE: .*unknown option '--nmae'/i],
  [['import', 'xgb-binary.ubj', '--name', 'Not Good'], /USAGE: .*\n.*--name/],
  [['import', 'xgb-binary.ubj', '--model-version', 'two'], /USAGE: .*\n.*--model-version/],
  [['import', 'image.onnx', '--shape', '3x8'], /USAGE: .*Write it like image=3x224x224/],
  [['import', 'xgb-binary.ubj', '--python-timeout', 'soon'], /USAGE: .*Write a time like/],
  [['import', 'pickle.joblib', '--trust', '--out', 'p'], /USAGE: A pickled model does not tell/],
])('%j is refused with code and hint, exit code 2', async (argv, message) => {
  await writeFile(join(folder, 'pickle.joblib'), '\x80\x04\x95', 'latin1');
  const { out, err, exitCode } = await run(...argv);
  expect(err).toMatch(message);
  expect(err).toContain('hint');
  expect({ out, exitCode }).toEqual({ out: '', exitCode: 2 });
});

test('what is not there has exit code 4, and a folder is no model', async () => {
  expect(await run('import', 'nowhere.ubj')).toMatchObject({
    err: expect.stringMatching(/^INPUT_NOT_FOUND/),
    exitCode: 4,
  });
  expect(await run('import', '.')).toMatchObject({
    err: expect.stringMatching(/folder, not a model file[\s\S]*SavedModel/),
    exitCode: 3,
  });
});

test('as a process: one JSON document on stdout, errors as JSON on stderr', () => {
  const ran = spawnSync(process.execPath, [bin, 'import', 'xgb-binary.ubj', '--out', 'process', '--json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ err: ran.stderr, code: ran.status }).toEqual({ err: '', code: 0 });
  expect(JSON.parse(ran.stdout)).toMatchObject({ source: 'XGBoost 3.2.0', engine: { name: 'compiled' } });
  const failed = spawnSync(process.execPath, [bin, 'import', 'sample.csv', '--out', 'no', '--json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(JSON.parse(failed.stderr).error).toMatchObject({
    code: 'MODEL_FILE_UNKNOWN',
    where: join(folder, 'sample.csv'),
  });
  expect({ out: failed.stdout, code: failed.status }).toEqual({ out: '', code: 3 });
});

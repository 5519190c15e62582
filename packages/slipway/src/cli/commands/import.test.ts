import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel, parseGolden, parseReference } from '@slipway/core';
import { imageModel, logisticModel, memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModel } from '../../open-model.ts';
import { main } from '../main.ts';

const models = fileURLToPath(new URL('../../sources/fixtures/models/', import.meta.url));

const sample = `a,b,c,plan,level,learner
0.5,-1,0,basic,10.0,L1
,0.25,1.5,gold,20,L2
1.5,2,0,"""] + exit() + [""",50,L3
-2,0,0.5,,30,L4
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-import-'));
  for (const name of ['xgb-binary.ubj', 'xgb-texts.ubj', 'xgb-early.ubj', 'lgb-texts.txt', 'lgb-multiclass.txt']) {
    await copyFile(join(models, name), join(folder, name));
  }
  await copyFile(join(models, 'xgb-poisson.ubj'), join(folder, 'Poisson model (v2).bin'));
  await writeFile(join(folder, 'sample.csv'), sample);
  await writeFile(join(folder, 'numbers.csv'), 'age,income,debt,size,rooms\n30,1.5,2,7,3\n41,2.5,,8,4\n');
  await writeFile(join(folder, 'logistic.onnx'), encodeModel(logisticModel({ features: 2 })));
  await writeFile(join(folder, 'image.onnx'), encodeModel(imageModel()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const memory = memoryIo({ cwd: folder, env: { PATH: process.env.PATH } });
  await main(argv, memory.io);
  return { out: memory.out(), err: memory.err(), exitCode: memory.code() };
}

const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

test('import prints what was read, which engine serves and why, what to review and what to type next', async () => {
  const { out, exitCode, err } = await run('import', 'lgb-texts.txt', '--data', 'sample.csv', '--out', 'plans');
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
  expect(out).toMatch(
    /^lgb-texts 1\.0\.0\n {2}read +LightGBM \(format v4\)\n {2}features +5\n {2}sample +sample\.csv, 4 rows\n/,
  );
  expect(out).toMatch(/golden rows +4, with the answers of ONNX Runtime/);
  expect(out).toMatch(
    /serves +compiled to JavaScript\n {2}because +every operator compiles, and the proof holds\n {2}proof +10,/,
  );
  expect(out).toContain('  plans/model.onnx\n  plans/model.proof.json\n  plans/reference.json\n  plans/launch.yaml\n');
  expect(out).toContain('Review in launch.yaml, filled in by guess: owner, ');
  expect(out).toMatch(
    /cd plans\n {2}slipway inspect .*\n.*\n {2}slipway batch \.\.\/sample\.csv scored\.csv .*\n {2}slipway serve/,
  );
});

test('the contract has the names, types, ranges and categories of model file and sample', async () => {
  await run(
    'import',
    'xgb-texts.ubj',
    '--data',
    'sample.csv',
    '--out',
    'typed',
    '--owner',
    'Care',
    '--contact',
    'c@example.org',
  );
  const launch = await read('typed', 'launch.yaml');
  expect(launch).toMatch(/a: +\{ type: number, minimum: -2, maximum: 1.5, missing: null \}/);
  expect(launch).toMatch(
    /plan: +\{ type: string, enum: \[basic, gold, plus, '"\] \+ exit\(\) \+ \["'\], missing: null \}/,
  );
  expect(launch).toMatch(/level: +\{ type: integer, minimum: 10, maximum: 50, missing: null \}/);
  expect(launch).toMatch(
    /score: +\{ type: number, minimum: 0, maximum: 1, from: probabilities, class: 1, nullable: true \}/,
  );
  expect(launch).toMatch(/decision: \{ type: boolean, threshold: \{ on: score, at: 0\.5 \}, nullable: true \}/);
  expect(parseGolden(await read('typed', 'golden.json'), 'golden.json').rows).toHaveLength(4);
  const reference = parseReference(await read('typed', 'reference.json'), 'reference.json');
  expect(reference.features.map(({ name, missing }) => [name, missing])).toEqual([
    ...[
      ['a', 1],
      ['b', 0],
      ['c', 0],
      ['plan', 1],
      ['level', 0],
    ],
  ]);
  expect((await run('check', 'typed/launch.yaml')).exitCode).toBe(0);
  const scored = await run('batch', 'sample.csv', 'typed.csv', '--launch', 'typed/launch.yaml');
  expect(scored.exitCode).toBe(0);
  expect((await read('typed.csv')).split('\n')[3]).toMatch(
    /^1\.5,2,0,"""\] \+ exit\(\) \+ \[""",50,L3,0\.\d+,(true|false)$/,
  );
});

test('without a sample the golden rows are random ones of the contract, and drift has nothing to be measured against', async () => {
  const { out, exitCode } = await run(
    'import',
    'lgb-multiclass.txt',
    '--out',
    'alone',
    '--name',
    'kinds',
    '--model-version',
    '2.1.0',
    '--json',
  );
  expect(exitCode).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ model: 'kinds', version: '2.1.0', features: 5, sample: null, goldenRows: 11 });
  expect(report.files).toEqual(['golden.json', 'model.onnx', 'model.proof.json', 'launch.yaml']);
  expect(report.engine).toMatchObject({ name: 'compiled', proof: { verdict: 'pass', labels: { differing: 0 } } });
  expect(report.notes).toEqual([expect.stringMatching(/names no features: rename Column_0 to Column_4/)]);
  const launch = await read('alone', 'launch.yaml');
  expect(launch).toContain('metrics: [latency, errors, fallbacks]\n');
  expect(launch).toMatch(/label: +\{ type: integer, from: label, nullable: true \}\n {2}score_0: .*class: 0/);
});

test('features without names are called as the columns of a sample of as many', async () => {
  const { out } = await run('import', 'xgb-binary.ubj', '--data', 'numbers.csv', '--out', 'named');
  expect(out).toContain('they are called as the columns of the sample');
  expect(await read('named', 'launch.yaml')).toMatch(/age: +\{ type: integer, .*\n.*income: +\{ type: number/);
});

test('a file is known by its content, not by its name; the name of the model comes from it', async () => {
  const { out, exitCode } = await run('import', 'Poisson model (v2).bin', '--out', 'counts');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^poisson-model-v2 1\.0\.0\n {2}read +XGBoost 3\.2\.0\n/);
});

test('early stopping is told: the trees behind the best iteration are left out as the wrapper does', async () => {
  const { out } = await run('import', 'xgb-early.ubj', '--out', 'early');
  expect(out).toMatch(
    /note +\d+ of \d+ trees are used, up to the best iteration \(\d+\), as the scikit-learn wrapper does/,
  );
});

test('an ONNX file keeps its bytes and gets a contract from its signature', async () => {
  await run('import', 'logistic.onnx', '--out', 'onnx');
  expect(await readFile(join(folder, 'onnx', 'model.onnx'))).toEqual(await readFile(join(folder, 'logistic.onnx')));
  const launch = await read('onnx', 'launch.yaml');
  expect(launch).toMatch(/feature_1: +\{ type: number \}\n {2}feature_2: +\{ type: number \}/);
  expect(launch).toMatch(/score: +\{ type: number, from: output_probability, class: 1, nullable: true \}/);
});

test('tensors become arrays, and a size that the file leaves open is asked for', async () => {
  const { err, exitCode } = await run('import', 'image.onnx', '--shape', 'image=3x8x8', '--out', 'image');
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
  expect(await read('image', 'launch.yaml')).toMatch(/type: array, shape: \[/);
  const model = await openModel(join(folder, 'image', 'launch.yaml'));
  await model.close();
  const open = await run('import', 'image.onnx', '--out', 'open');
  expect(open.err).toMatch(/MODEL_FILE_UNSUPPORTED: .*\[N, 3, height, width\][\s\S]*--shape image=3xNxN/);
  const other = await run('import', 'image.onnx', '--shape', 'picture=3x8x8', '--out', 'open');
  expect(other.err).toMatch(/USAGE: The model has no input "picture"\.[\s\S]*inputs are image/);
});

test('files that are there are kept unless told otherwise, and a run that fails leaves nothing', async () => {
  expect((await run('import', 'xgb-binary.ubj', '--out', 'kept')).exitCode).toBe(0);
  const again = await run('import', 'xgb-binary.ubj', '--out', 'kept');
  expect(again.err).toMatch(/FILE_EXISTS: There are already model\.onnx, launch\.yaml, golden\.json/);
  expect(again.exitCode).toBe(5);
  expect((await run('import', 'xgb-binary.ubj', '--out', 'kept', '--force')).exitCode).toBe(0);
  const failed = await run('import', 'lgb-texts.txt', '--data', 'numbers.csv', '--out', 'none');
  expect(failed.err).toMatch(/SAMPLE_MISMATCH: The sample has no column for the feature "a"/);
  expect(await readdir(folder)).not.toContain('none');
  expect(await readFile(join(folder, 'sample.csv'), 'utf8')).toBe(sample);
});

test('a file that stands where the artifact would go is not written over, even with --force', async () => {
  await copyFile(join(folder, 'logistic.onnx'), join(folder, 'model.onnx'));
  const { err, exitCode } = await run('import', 'model.onnx', '--force');
  expect(err).toMatch(/FILE_EXISTS: The file stands where a file of the launch would go/);
  expect(exitCode).toBe(5);
});

test('the texts that an encoder of an ONNX file knows are the categories of its feature', async () => {
  const real = fileURLToPath(new URL('../../../../../testkit/real-models/models/cars-ridge.onnx', import.meta.url));
  await copyFile(real, join(folder, 'cars.onnx'));
  const { out, exitCode } = await run('import', 'cars.onnx', '--out', 'cars');
  expect(exitCode).toBe(0);
  expect(out).toContain('golden rows  11');
  expect(await read('cars', 'launch.yaml')).toMatch(/\{ type: string, enum: \[\w+, /);
});

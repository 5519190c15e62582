import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel, parseGolden, parseReference } from '@slipway/core';
import { imageModel, logisticModel, memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openModel } from '../../open-model.ts';
import { main } from '../main.ts';

const models = fileURLToPath(new URL('../../sources/fixtures/models/', import.meta.url));
const bin = fileURLToPath(new URL('../../../bin/slipway.js', import.meta.url));

const sample = `a,b,c,plan,level,learner
0.5,-1,0,basic,10,L1
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

test.each([
  ['a,b,c,plan,level\nx,1,2,basic,10\n', /SAMPLE_MISMATCH: The feature "a" takes numbers: data row 1 has "x"/],
  ['a,b,c,plan,level\n1,1,2,basic,1.5\n', /SAMPLE_MISMATCH: The feature "level" takes whole numbers/],
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
  ['nothing', '', /is empty/],
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
    code: 'ARTIFACT_NOT_ONNX',
    where: join(folder, 'sample.csv'),
  });
  expect({ out: failed.stdout, code: failed.status }).toEqual({ out: '', code: 3 });
});

describe('a pickle', () => {
  /** A stand-in for Python, so that each way of ending can be seen. */
  async function python(script: string): Promise<string> {
    const path = join(folder, 'python.sh');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    await writeFile(join(folder, 'pipeline.joblib'), '\x80\x04\x95', 'latin1');
    return path;
  }

  const trusted = (path: string, ...more: string[]) =>
    run(
      'import',
      'pipeline.joblib',
      '--trust',
      '--data',
      'sample.csv',
      '--out',
      'pickled',
      '--force',
      '--python',
      path,
      ...more,
    );

  test('is not loaded without --trust, and the message says why and what to do', async () => {
    const path = await python('touch loaded');
    const { err, exitCode } = await run(
      'import',
      'pipeline.joblib',
      '--data',
      'sample.csv',
      '--python',
      path,
      '--out',
      'un',
    );
    expect(err).toMatch(/MODEL_FILE_UNTRUSTED: .*loading it runs whatever code stands in it/);
    expect(err).toMatch(/--trust.*booster\.save_model/);
    expect(exitCode).toBe(2);
    expect(await readdir(folder)).not.toContain('loaded');
  });

  test('is exported by the package, and opened and proved as any other model', async () => {
    expect((await run('import', 'xgb-texts.ubj', '--data', 'sample.csv', '--out', 'made')).exitCode).toBe(0);
    await rm(join(folder, 'made', 'model.proof.json'));
    const agreement = '{"sample": {"rows": 4, "score_difference": 1e-08}}';
    const path = await python(
      `echo chatter; cp '${folder}'/made/* "$7"; printf '%s\\n' "$@" > '${folder}/argv'; echo '{"files": ["launch.yaml"], "agreement": ${agreement}, "warnings": ["mind the gap"]}'`,
    );
    const { out, err, exitCode } = await trusted(path, '--owner', 'Care', '--contact', 'c@example.org');
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
    expect(out).toMatch(/read +Python pickle/);
    expect(out).toMatch(/the original model agrees on 4 rows \(sample\): scores within 1\.0e-8/);
    expect(out).toContain('mind the gap');
    expect(out).toMatch(/serves +compiled to JavaScript/);
    expect(await readdir(join(folder, 'pickled'))).toContain('model.proof.json');
    const argv = (await read('argv')).split('\n');
    expect(argv.slice(0, 5)).toEqual([
      '-m',
      'slipway_export',
      join(folder, 'pipeline.joblib'),
      '--data',
      join(folder, 'sample.csv'),
    ]);
    expect(argv.slice(7)).toEqual([
      '--name',
      'pipeline',
      '--version',
      '1.0.0',
      '--owner',
      'Care',
      '--contact',
      'c@example.org',
      '',
    ]);
  });

  test.each([
    [
      'the reason of the package',
      `echo '{"error": {"code": "NOT_FITTED", "message": "Fit it first.", "hint": "Call fit."}}'; exit 1`,
      /EXPORT_FAILED: NOT_FITTED: Fit it first\.[\s\S]*Call fit\./,
      3,
    ],
    [
      'a missing package',
      'echo "No module named slipway_export" >&2; exit 1',
      /PYTHON_UNAVAILABLE: .*does not have the package[\s\S]*pip install slipway-export .*pip install \.\/python/,
      4,
    ],
    [
      'a crash',
      'echo "bad memory" >&2; kill -SEGV $$',
      /EXPORT_FAILED: Python ended by the signal SIGSEGV .*bad memory/,
      3,
    ],
    ['silence', 'exit 0', /EXPORT_FAILED: Python ended with exit code 0 and said nothing/, 3],
    ['files that are none', `echo '{"files": []}'`, /LAUNCH_NOT_FOUND/, 4],
    ['a flood', 'head -c 5000000 /dev/zero; exit 7', /EXPORT_FAILED: Python ended with exit code 7/, 3],
  ])('tells of %s', async (_, script, message, code) => {
    const { err, exitCode } = await trusted(await python(script));
    expect(err).toMatch(message);
    expect(exitCode).toBe(code);
  });

  test('that takes too long is stopped', async () => {
    const { err, exitCode } = await trusted(await python('exec sleep 60'), '--python-timeout', '300ms');
    expect(err).toMatch(/EXPORT_FAILED: Python did not finish within 0 s and was stopped/);
    expect(exitCode).toBe(3);
  });

  test('without a Python says how to name one', async () => {
    await python('');
    const { err, exitCode } = await trusted(join(folder, 'no-python'));
    expect(err).toMatch(/PYTHON_UNAVAILABLE: Python cannot be started as ".*no-python"[\s\S]*SLIPWAY_PYTHON/);
    expect(exitCode).toBe(4);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../main.ts';

const models = fileURLToPath(new URL('../../sources/fixtures/models/', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-pickle-'));
  await copyFile(join(models, 'xgb-texts.ubj'), join(folder, 'xgb-texts.ubj'));
  await writeFile(join(folder, 'sample.csv'), 'a,b,c,plan,level\n0.5,-1,0,basic,10\n,0.25,1.5,gold,20\n-2,0,0.5,,30\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const memory = memoryIo({ cwd: folder, env: { PATH: process.env.PATH, SLIPWAY_PYTHON: process.env.SLIPWAY_PYTHON } });
  await main(argv, memory.io);
  return { out: memory.out(), err: memory.err(), exitCode: memory.code() };
}

const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

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

test('a pickle is not loaded without --trust, and the message says why and what to do', async () => {
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

test('a trusted pickle is exported by the package, and opened and proved as any other model', async () => {
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
  expect(argv.slice(7)).toEqual(['--name=pipeline', '--version=1.0.0', '--owner=Care', '--contact=c@example.org', '']);
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
])('import of a pickle tells of %s', async (_, script, message, code) => {
  const { err, exitCode } = await trusted(await python(script));
  expect(err).toMatch(message);
  expect(exitCode).toBe(code);
});

test('a pickle that takes too long is stopped', async () => {
  const { err, exitCode } = await trusted(await python('exec sleep 60'), '--python-timeout', '300ms');
  expect(err).toMatch(/EXPORT_FAILED: Python did not finish within 0 s and was stopped/);
  expect(exitCode).toBe(3);
});

test('what a pickle starts is stopped with it, though it holds the output open', async () => {
  const path = await python(
    'sleep 61 & echo $! > grandchild; exec sleep 62'.replace('grandchild', `${folder}/grandchild`),
  );
  const { exitCode } = await trusted(path, '--python-timeout', '500ms');
  expect(exitCode).toBe(3);
  const pid = (await read('grandchild')).trim();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

/** Not gone, and not what its new parent has yet to bury. */
function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
}

test('without a Python, import of a pickle says how to name one', async () => {
  await python('');
  const { err, exitCode } = await trusted(join(folder, 'no-python'));
  expect(err).toMatch(/PYTHON_UNAVAILABLE: Python cannot be started as ".*no-python"[\s\S]*SLIPWAY_PYTHON/);
  expect(exitCode).toBe(4);
});

const packageSources = fileURLToPath(new URL('../../../../../python/src', import.meta.url));

/** A scikit-learn pipeline as people save one. */
const training = `
import joblib, pandas
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
rows = pandas.DataFrame({"age": [20, 30, 40, 50, 60, 70] * 40, "plan": ["basic", "gold", "plus"] * 80})
columns = ColumnTransformer([("age", StandardScaler(), ["age"]), ("plan", OneHotEncoder(), ["plan"])])
fitted = make_pipeline(columns, LogisticRegression()).fit(rows, (rows.age > 40) & (rows.plan != "gold"))
joblib.dump(fitted, "fitted.joblib", compress=3)
rows.to_csv("people.csv", index=False)
`;

test('from joblib to live: a fitted pipeline is imported through the real package, proved and scored', async ({
  skip,
}) => {
  const { SLIPWAY_PYTHON: python, PATH } = process.env;
  if (!python) return skip('Set SLIPWAY_PYTHON to a Python with the requirements of ./python.');
  const env = { ...process.env, PYTHONPATH: packageSources };
  execFileSync(python, ['-c', training], { cwd: folder });
  const memory = memoryIo({ cwd: folder, env: { PATH, SLIPWAY_PYTHON: python, PYTHONPATH: packageSources } });
  await main(['import', 'fitted.joblib', '--trust', '--data', 'people.csv', '--out', 'live', '--json'], memory.io);
  expect({ err: memory.err(), code: memory.code() }).toEqual({ err: '', code: 0 });
  const report = JSON.parse(memory.out());
  expect(report.files.sort()).toEqual([
    'golden.json',
    'launch.yaml',
    'model.onnx',
    'model.proof.json',
    'reference.json',
  ]);
  expect(report.engine).toMatchObject({ name: 'compiled', proof: { verdict: 'pass' } });
  expect((await run('batch', 'people.csv', 'scored.csv', '--launch', 'live/launch.yaml')).exitCode).toBe(0);
  const answers = execFileSync(python, ['-c', comparison], { cwd: folder, env, encoding: 'utf8' });
  expect(Number(answers)).toBeLessThan(1e-6);
}, 120_000);

const comparison = `
import joblib, pandas
scored = pandas.read_csv("scored.csv")
wanted = joblib.load("fitted.joblib").predict_proba(scored[["age", "plan"]])[:, 1]
print(abs(scored["score"] - wanted).max())
`;

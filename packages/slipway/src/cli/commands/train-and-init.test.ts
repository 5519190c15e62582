import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { learnerFiles } from '../../sources/learners/learner-files.ts';
import { uniform } from '../../system/random.ts';
import { main } from '../main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-make-'));
  await writeFile(join(folder, 'Learners 2026.csv'), learnerFiles({ learners: 1000, toScore: 1 }).learners);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const memory = memoryIo({ cwd: folder });
  await main(argv, memory.io);
  return { out: memory.out(), err: memory.err(), exitCode: memory.code() };
}

const data = 'Learners 2026.csv';

test('train prints how well the model does, what was written, what to review and what to try next', async () => {
  const { out, exitCode } = await run('train', data, '--label', 'needed_support', '--out', 'made');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^learners-2026 1\.0\.0: logistic regression\n/);
  expect(out).toMatch(/learned from {2}800 rows; 200 more are held out/);
  expect(out).toContain('cohort: is text');
  expect(out).toMatch(/AUC {7}0\.\d{4} {3}0\.5 is guessing/);
  expect(out).toMatch(/was 1 +[\d,]+ +[\d,]+\n {4}was 0 +[\d,]+ +[\d,]+\n/);
  expect(out).toContain('for trying things out');
  expect(out).toContain('\n  made/launch.yaml\n');
  expect(out).toContain('Review in launch.yaml, filled in by guess: owner, pattern and why');
  expect(out).toMatch(/cd made\n {2}slipway inspect/);
});

test('train --json is one document that a script can read', async () => {
  const argv = ['train', data, '--label', 'needed_support', '--features', 'quiz_score', '--unit', 'learner_id'];
  const more = ['--context', 'cohort,mentor_id', '--name', 'risk', '--model-version', '2.0.0', '--threshold', '0.3'];
  const names = ['--score', 'risk_score', '--decision', 'needs_support', '--seed', '7', '--out', 'json', '--json'];
  const report = JSON.parse((await run(...argv, ...more, ...names)).out);
  expect(report).toMatchObject({ model: 'risk', version: '2.0.0', features: ['quiz_score'], seed: 7 });
  expect(report.metrics.confusion.threshold).toBe(0.3);
  const launch = await readFile(join(folder, 'json', 'launch.yaml'), 'utf8');
  expect(launch).toMatch(/unit: learner_id +#/);
  expect(launch).toContain('context: [cohort, mentor_id]');
  expect(launch).toMatch(/needs_support: \{ type: boolean, threshold: \{ on: risk_score, at: 0\.3 \}/);
});

test('train takes a label of two words, and writes the holdout as the model learned it', async () => {
  const text = await readFile(join(folder, data), 'utf8');
  await writeFile(join(folder, 'words.csv'), text.replaceAll(/,1$/gm, ',yes').replaceAll(/,0$/gm, ',no'));
  const argv = ['train', 'words.csv', '--label', 'needed_support', '--out', 'words'];
  const refused = await run(...argv);
  expect(refused.err).toMatch(/TRAINING_DATA: The label "needed_support" is "no" or "yes"\./);
  const { out, exitCode } = await run(...argv, '--positive', 'yes');
  expect(exitCode).toBe(0);
  expect(out).toMatch(/label +needed_support; yes means 1/);
  await run('train', data, '--label', 'needed_support', '--out', 'figures');
  const file = (name: string) => readFile(join(folder, name), 'utf8');
  expect(await file('words/holdout.csv')).toBe(await file('figures/holdout.csv'));
});

test('train says plainly when a model is of no use', async () => {
  const noise = Array.from({ length: 300 }, (_, row) => `${uniform(1, row, 0)},${uniform(1, row, 1)},${row % 2}`);
  await writeFile(join(folder, 'noise.csv'), `a,b,y\n${noise.join('\n')}\n`);
  const useless = ['train', 'noise.csv', '--label', 'y', '--force', '--out', 'noise'];
  const { out, exitCode } = await run(...useless);
  expect(out).toMatch(/Warning: this model may be of no use\n.*no better.*\n.*cannot be told from guessing/);
  expect(exitCode).toBe(0);
  expect(JSON.parse((await run(...useless, '--json')).out).warnings).not.toEqual([]);
  const useful = await run('train', data, '--label', 'needed_support', '--out', 'useful', '--json');
  expect(JSON.parse(useful.out).warnings).toEqual([]);
});

test('the folder to go to is quoted where a shell would take it apart', async () => {
  const { out } = await run('train', data, '--label', 'needed_support', '--out', "Bo's model (v2)");
  expect(out).toContain("\n  cd 'Bo'\\''s model (v2)'\n");
});

test('check after train asks for the owner, and passes once there is one', async () => {
  await run('train', data, '--label', 'needed_support', '--out', 'owned');
  const before = await run('check', 'owned/launch.yaml');
  expect(before.out).toMatch(/✗ 8 owner +Name in owner the team/);
  expect(before.out).toContain('fail: 1 of 11 to mend');
  expect(before.exitCode).toBe(10);
  const path = join(folder, 'owned', 'launch.yaml');
  const launch = await readFile(path, 'utf8');
  await writeFile(path, launch.replace('Your team', 'Care').replace('your-team@example.org', 'care@example.org'));
  expect((await run('check', 'owned/launch.yaml')).exitCode).toBe(0);
});

test.each([
  [['train', data], /USAGE: Required option '--label <column>' not specified/],
  [['train', data, '--label', 'y', '--threshold', '7'], /USAGE: .*Write a number from 0 to 1/],
  [['train', data, '--label', 'y', '--seed', '-1'], /USAGE: .*whole number from 0/],
  [['train', data, '--label', 'y', '--features', 'a,,b'], /USAGE: .*names with commas/],
  [['train', data, '--label', 'y', '--model', 'net'], /USAGE: .*logistic, forest/],
  [['train', data, '--label', 'need_support'], /TRAINING_DATA: There is no column "need_support"/],
  [['init'], /USAGE: Missing required argument 'folder'/],
])('%j is refused with code and hint, exit code 2', async (argv, message) => {
  const { out, err, exitCode } = await run(...argv);
  expect(err).toMatch(message);
  expect(err).toContain('hint');
  expect(out).toBe('');
  expect(exitCode).toBe(2);
});

test('init makes a folder whose model is ready, and keeps what is there unless told otherwise', async () => {
  const first = await run('init', 'learner-risk');
  expect(first.exitCode).toBe(0);
  expect(first.out).toContain('learner-risk 1.0.0: logistic regression');
  expect(first.out).toContain('slipway batch learners_to_score.csv scored_learners.csv');
  expect((await readdir(join(folder, 'learner-risk'))).sort()).toEqual([
    'README.md',
    'golden.json',
    'holdout.csv',
    'launch.yaml',
    'learners.csv',
    'learners_to_score.csv',
    'model.onnx',
    'model.proof.json',
    'reference.json',
  ]);
  expect((await run('check', 'learner-risk/launch.yaml')).exitCode).toBe(0);
  const again = await run('init', 'learner-risk');
  expect(again.exitCode).toBe(5);
  expect(again.err).toMatch(/FILE_EXISTS: There are already learners\.csv/);
  expect((await run('init', 'learner-risk', '--force', '--json')).exitCode).toBe(0);
});

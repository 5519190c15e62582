import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseGolden, parseReference } from '@slipway/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkLaunch } from '../../gate/check-launch.ts';
import { openModel } from '../../open-model.ts';
import { uniform } from '../../system/random.ts';
import { learnerFiles } from '../learners/learner-files.ts';
import { type TrainingReport, type TrainLaunchOptions, trainLaunch } from './train-launch.ts';

const words: TrainLaunchOptions['words'] = {
  model: 'learner-risk',
  version: '1.0.0',
  owner: { team: 'Learner Success', contact: 'learner-success@example.org' },
  pattern: 'online',
  why: 'A mentor waits for the score.',
  units: { hours_studied: 'hours per week' },
  score: 'risk_score',
  decision: 'needs_support',
};

let folder: string;
let csv: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-train-'));
  csv = join(folder, 'learners.csv');
  await writeFile(csv, learnerFiles({ learners: 3000, toScore: 1 }).learners);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function train(out: string, options: Partial<TrainLaunchOptions> = {}): Promise<TrainingReport> {
  return trainLaunch({
    csv,
    out: join(folder, out),
    label: 'needed_support',
    positive: null,
    features: null,
    unit: 'learner_id',
    context: ['cohort', 'mentor_id'],
    kind: 'logistic',
    threshold: 0.7,
    seed: 1,
    words,
    force: false,
    openModel,
    ...options,
  });
}

describe.each(['logistic', 'forest'] as const)('a trained %s', (kind) => {
  let report: TrainingReport;
  const file = (name: string) => readFile(join(folder, kind, name), 'utf8');
  beforeAll(async () => {
    report = await train(kind, { kind });
  });

  test('has its launch file, artifact, proof, reference, golden rows and holdout, and passes the check', async () => {
    const files = ['golden.json', 'holdout.csv', 'launch.yaml', 'model.onnx', 'model.proof.json', 'reference.json'];
    expect([...report.files].sort()).toEqual(files);
    expect(report.files.at(-1)).toBe('launch.yaml');
    expect((await readdir(join(folder, kind))).sort()).toEqual(files);
    expect(await checkLaunch(join(folder, kind, 'launch.yaml'))).toMatchObject({ verdict: 'pass' });
  });

  test('is served by the compiled engine, within a contract that the data suggest', async () => {
    const model = await openModel(join(folder, kind, 'launch.yaml'));
    expect(model.engine.session.engine).toBe('compiled');
    expect(model.launch.input).toMatchObject({
      features: [
        { name: 'hours_studied', type: 'number', minimum: 0, maximum: 40, unit: 'hours per week' },
        { name: 'quiz_score', type: 'number', minimum: 0, maximum: 100 },
      ],
      unit: 'learner_id',
      context: ['cohort', 'mentor_id'],
    });
    expect(model.launch.evaluation).toEqual({ data: 'holdout.csv', label: 'needed_support', slices: ['cohort'] });
    const struggling = await model.predict({ hours_studied: 1, quiz_score: 20 });
    const thriving = await model.predict({ hours_studied: 30, quiz_score: 95 });
    expect(struggling.outputs.needs_support).toBe(true);
    expect(thriving.outputs.needs_support).toBe(false);
    await model.close();
  });

  test('is judged on rows that it has not seen, and far better than guessing', async () => {
    expect(report.rows).toEqual({ read: 3000, training: 2400, holdout: 600 });
    const { metrics } = report;
    expect(metrics.rows).toBe(600);
    expect(metrics.auc).toBeGreaterThan(0.75);
    expect(metrics.brier).toBeLessThan(metrics.baseRate * (1 - metrics.baseRate));
    const { truePositives, falsePositives, trueNegatives, falseNegatives } = metrics.confusion;
    expect(truePositives + falsePositives + trueNegatives + falseNegatives).toBe(600);
    const lines = (await file('holdout.csv')).trimEnd().split('\n');
    expect(lines).toHaveLength(601);
    const all = (await readFile(csv, 'utf8')).split('\n');
    expect(lines.every((line) => all.includes(line))).toBe(true);
  });

  test('has a reference of the features of all rows and of the scores of the holdout', async () => {
    const { features, scores } = parseReference(await file('reference.json'), 'reference.json');
    expect(features.map(({ name, count }) => [name, count])).toEqual([
      ['hours_studied', 3000],
      ['quiz_score', 3000],
    ]);
    expect(scores.map(({ name, count }) => [name, count])).toEqual([['risk_score', 600]]);
  });

  test('has golden rows from the lowest score to the highest, with unit and context and without decisions', async () => {
    const { rows } = parseGolden(await file('golden.json'), 'golden.json');
    expect(rows).toHaveLength(11);
    const scores = rows.map((row) => row.outputs.risk_score as number);
    expect(Math.max(...scores) - Math.min(...scores)).toBeGreaterThan(0.7);
    expect(rows.every((row) => Object.keys(row.outputs).join() === 'risk_score')).toBe(true);
    expect(Object.keys(rows[0].record)).toEqual(['hours_studied', 'quiz_score', 'learner_id', 'cohort', 'mentor_id']);
  });
});

test('the same file and seed give the same model, byte for byte, and another seed another', async () => {
  await train('again');
  await train('other', { seed: 2 });
  const bytes = (out: string) => readFile(join(folder, out, 'model.onnx'));
  expect((await bytes('again')).equals(await bytes('logistic'))).toBe(true);
  expect((await bytes('other')).equals(await bytes('logistic'))).toBe(false);
});

test('files that are there are kept unless told otherwise', async () => {
  await expect(train('logistic')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect((await train('logistic', { force: true, seed: 2 })).seed).toBe(2);
});

test('training data never give way to a file of the model, not even by force', async () => {
  const place = join(folder, 'holdout.csv');
  await writeFile(place, await readFile(csv));
  await expect(train('.', { csv: place, force: true })).rejects.toMatchObject({ code: 'FILE_EXISTS', where: place });
});

test.each<[string, Partial<TrainLaunchOptions>, string]>([
  ['a name that no launch file takes', { words: { ...words, model: 'Learner Risk' } }, 'USAGE'],
  ['a threshold out of range', { threshold: 2 }, 'USAGE'],
  ['a column that is not there', { label: 'support' }, 'TRAINING_DATA'],
  ['a file that is not there', { csv: '/nowhere/learners.csv' }, 'INPUT_NOT_FOUND'],
])('%s is refused before anything is written', async (_, options, code) => {
  await expect(train('refused', options)).rejects.toMatchObject({ code });
  expect(await readdir(folder)).not.toContain('refused');
});

test('true and false are features and labels too', async () => {
  const rows = Array.from({ length: 200 }, (_, row) => {
    const late = uniform(1, row, 0) < 0.5;
    return `${late},${uniform(1, row, 1) < (late ? 0.9 : 0.1)}`;
  });
  const path = join(folder, 'flags.csv');
  await writeFile(path, `late,failed\n${rows.join('\n')}\n`);
  const report = await train('flags', { csv: path, label: 'failed', unit: null, context: [] });
  expect(report.metrics.auc).toBeGreaterThan(0.8);
  const model = await openModel(join(folder, 'flags', 'launch.yaml'));
  expect(model.launch.input.features[0]).toMatchObject({ name: 'late', type: 'boolean' });
  expect((await model.predict({ late: true })).outputs.needs_support).toBe(true);
  expect((await model.predict({ late: false })).outputs.needs_support).toBe(false);
  await model.close();
});

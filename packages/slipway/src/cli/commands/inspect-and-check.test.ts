import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { imageLaunch, imageModel, logisticModel, memoryIo } from '@slipway/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../main.ts';

let folder: string;

const bare = `slipway: 1
model: learner-risk
version: 1.0.0
artifact: model.onnx
input:
  hours: { type: number, minimum: 0, maximum: 168, unit: hours per week }
  quiz: { type: number, missing: 50 }
unit: learner_id
output:
  risk: { type: number, minimum: 0, maximum: 1, from: output_probability, class: 1 }
  needs_support: { type: boolean, threshold: { on: risk, at: 0.7 } }
`;
const documented = `owner: { team: Learner Success, contact: learner-success@example.org }
pattern: online
why: A mentor waits for the score.
fallback: { when: [error], use: { risk: 0, needs_support: false } }
monitoring: { metrics: [latency, errors] }
rollback: { to: previous, procedure: slipway rollback learner-risk }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-look-'));
  await writeFile(join(folder, 'model.onnx'), encodeModel(logisticModel({ features: 2 })));
  await writeFile(join(folder, 'launch.yaml'), bare + documented);
  await writeFile(join(folder, 'bare.yaml'), bare);
  await copyFile(join(folder, 'model.onnx'), join(folder, 'model.bin'));
  const lost = documented.replace('errors] }', 'errors], reference: nope.json }');
  await writeFile(join(folder, 'lost.yaml'), `${bare}${lost}evaluation: { data: lost/holdout.csv, label: y }\n`);
  await writeFile(join(folder, 'untrue.yaml'), bare.replace('class: 1', 'class: 7') + documented);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const memory = memoryIo({ cwd: folder });
  await main(argv, memory.io);
  return { out: memory.out(), err: memory.err(), exitCode: memory.code() };
}

test('inspect shows artifact, contract, and which engine serves and why', async () => {
  const io = await run('inspect');
  expect(io.exitCode).toBe(0);
  expect(io.out).toContain('Scaler, LinearClassifier, ZipMap');
  expect(io.out).toContain('X: float32[?, 2]');
  expect(io.out).toContain('output_probability: float32[?, 2], classes 0, 1');
  expect(io.out).toContain('a number from 0 to 168 (hours per week)');
  expect(io.out).toContain('compiled to JavaScript');
});

test('inspect --json is one document that a script can read', async () => {
  const { artifact, contract, engine } = JSON.parse((await run('inspect', '--json')).out);
  expect(artifact).toMatchObject({
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    opsets: expect.arrayContaining(['ai.onnx.ml 3']),
  });
  expect(contract.input.map((feature: { name: string }) => feature.name)).toEqual(['hours', 'quiz']);
  expect(engine.name).toBe('compiled');
});

test('inspect names every operator that the compiler refuses, not the first alone', async () => {
  await mkdir(join(folder, 'picture'));
  await writeFile(join(folder, 'picture/model.onnx'), encodeModel(imageModel()));
  await writeFile(join(folder, 'picture/launch.yaml'), imageLaunch);
  const io = await run('inspect', 'picture/launch.yaml');
  expect(io.out).toMatch(
    /not compiled +Conv \(contrast_node\): the compiler does not know this operator\n +GlobalAveragePool \(/,
  );
  const { engine } = JSON.parse((await run('inspect', 'picture/launch.yaml', '--json')).out);
  expect(engine.not_compiled.map(({ operator }: { operator: string }) => operator)).toEqual([
    'Conv',
    'GlobalAveragePool',
  ]);
});

test('inspect reads an artifact alone, without a launch file', async () => {
  const io = await run('inspect', 'model.onnx');
  expect(io.out).toContain('LinearClassifier');
  expect(io.out).not.toContain('Contract');
});

test('inspect of a file that is not there says so with exit code 4', async () => {
  const io = await run('inspect', 'nowhere.yaml');
  expect(io.exitCode).toBe(4);
  expect(io.err).toContain('LAUNCH_NOT_FOUND');
});

test('check passes a launch file that documents all eight facts and tells the truth', async () => {
  const io = await run('check');
  expect(io.out).toContain('pass: every fact is documented and true');
  expect(io.exitCode).toBe(0);
});

test('check lists each missing fact with what to do, and ends with exit code 10', async () => {
  const io = await run('check', 'bare.yaml', '--json');
  const check = JSON.parse(io.out);
  const missing = check.facts.filter((fact: { verdict: string }) => fact.verdict === 'fail');
  expect(missing.map((fact: { name: string }) => fact.name)).toEqual([
    '2 deployment pattern',
    '5 fallback behaviour',
    '6 monitoring metrics',
    '7 rollback procedure',
    '8 owner',
  ]);
  expect(io.exitCode).toBe(10);
});

test('check finds a contract that is documented but untrue of the artifact', async () => {
  const io = await run('check', 'untrue.yaml');
  expect(io.out).toContain('CONTRACT_MISMATCH: The output "output_probability" has no class 7; it has 0, 1.');
  expect(io.exitCode).toBe(10);
});

test('check names the files that are not there in words, with the field to correct', async () => {
  const io = await run('check', 'lost.yaml');
  const where = (file: string) =>
    `There is no file at this path. (${join(folder, file)}) Put the file there, or correct`;
  expect(io.out).toContain(`INPUT_NOT_FOUND: ${where('nope.json')} monitoring.reference:`);
  expect(io.out).toContain(`INPUT_NOT_FOUND: ${where('lost/holdout.csv')} evaluation.data:`);
  expect(io.out).not.toContain('ENOENT');
  expect(io.exitCode).toBe(10);
});

test.each([
  ['check', 'model.onnx'],
  ['check', 'model.bin'],
  ['serve', 'model.onnx'],
])('%s %s says that it is an artifact, and what to do with one', async (command, file) => {
  const io = await run(command, file);
  expect(io.err).toContain('LAUNCH_SYNTAX: This is an artifact, not a launch file.');
  expect(io.err).toContain('`slipway inspect`');
  expect(io.exitCode).toBe(2);
});

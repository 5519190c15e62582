import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, type Proof } from '@slipway/core';
import { boostedModel } from '@slipway/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openModel } from '../open-model.ts';
import { proofPath } from './proof-file.ts';

let folder: string;
let launch: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-proof-'));
  launch = join(folder, 'launch.yaml');
  await writeFile(join(folder, 'model.onnx'), encodeModel(boostedModel({ features: 2 })));
  await writeLaunch('class: 1');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function writeLaunch(column: string): Promise<void> {
  const output = `output:\n  p: { type: number, from: probabilities, ${column} }\n`;
  const head = 'slipway: 1\nmodel: m\nversion: 1.0.0\nartifact: model.onnx\n';
  return writeFile(launch, `${head}input:\n  a: { type: number }\n  b: { type: number }\n${output}`);
}

const stored = async () => JSON.parse(await readFile(proofPath(join(folder, 'model.onnx')), 'utf8')) as Proof;

async function openAndClose() {
  const model = await openModel(launch);
  await model.close();
  return model.engine;
}

test('the first opening proves the compiled session against ONNX Runtime on over 10,000 rows and stores the proof', async () => {
  const { proof } = await openAndClose();
  expect(proof).toMatchObject({ verdict: 'pass', oracle: { name: 'onnxruntime-node', version: '1.30.0' } });
  expect(proof?.rows).toBeGreaterThan(10_000);
  expect(await stored()).toEqual(JSON.parse(JSON.stringify(proof)));
});

test('the next opening takes the stored proof and makes none', async () => {
  await openAndClose();
  const marked = { ...(await stored()), seed: 4242 };
  await writeFile(proofPath(join(folder, 'model.onnx')), JSON.stringify(marked));
  expect((await openAndClose()).proof?.seed).toBe(4242);
});

test.each([
  ['is of another engine version', (proof: Proof) => ({ ...proof, engineVersion: '0' })],
  ['is of another artifact', (proof: Proof) => ({ ...proof, artifact: `sha256:${'0'.repeat(64)}` })],
  [
    'has golden rows that no longer hold',
    (proof: Proof) => ({ ...proof, golden: { ...proof.golden, outputs: [[0.5]], rows: 1 } }),
  ],
  ['is not a proof', () => ({ proof: 1 })],
  ['has no golden rows', (proof: Proof) => ({ ...proof, golden: { rows: 0, inputs: [[], []], outputs: [[]] } })],
  ['claims more golden rows than it has', (proof: Proof) => ({ ...proof, golden: { ...proof.golden, rows: 1e12 } })],
  ['lacks golden outputs', (proof: Proof) => ({ ...proof, golden: { ...proof.golden, outputs: [null] } })],
  ['does not say what was compared', (proof: Proof) => ({ ...proof, scores: undefined })],
])('a stored proof that %s is made anew', async (_, change) => {
  const { proof } = await openAndClose();
  await writeFile(proofPath(join(folder, 'model.onnx')), JSON.stringify(change(proof as Proof)));
  await openAndClose();
  expect(await stored()).toEqual(JSON.parse(JSON.stringify(proof)));
});

test('a contract that asks for another output needs a proof of its own', async () => {
  await openAndClose();
  await writeLaunch('class: 0');
  await openAndClose();
  expect((await stored()).lanes).toEqual(['probabilities[0]']);
});

test('a contract that lets other values through needs a proof of its own', async () => {
  await openAndClose();
  const text = await readFile(launch, 'utf8');
  await writeFile(launch, text.replace('a: { type: number }', 'a: { type: number, missing: null }'));
  const { features } = await stored();
  await openAndClose();
  expect((await stored()).features).not.toEqual(features);
});

test('a proof that cannot be stored costs its place, not the user the model', async () => {
  // A folder in the way stops the renaming for everyone, also for root, whom permissions would not.
  await mkdir(proofPath(join(folder, 'model.onnx')));
  const engine = await openAndClose();
  expect(engine.session.engine).toBe('compiled');
  expect(await readdir(folder)).toEqual(['launch.yaml', 'model.onnx', 'model.proof.json']);
});

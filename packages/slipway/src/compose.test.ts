import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, type Launch } from '@slipway/core';
import { feature, inputContract, logisticModel, wholeBinding } from '@slipway/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readArtifact } from './artifact/read-artifact.ts';
import { type EngineChoice, openEngine } from './compose.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-compose-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

class Unreadable extends Map<string, number> {
  override get(): never {
    throw new RangeError('Maximum call stack size exceeded');
  }
}

/** Opens a model whose versions the compiler cannot ask for, as though it had a mistake; ONNX Runtime reads the file. */
async function openBroken(engine: EngineChoice) {
  const path = join(folder, 'model.onnx');
  await writeFile(path, encodeModel(logisticModel({ features: 2 })));
  const artifact = await readArtifact(path, null);
  const binding = wholeBinding(artifact.model);
  const opsets = new Unreadable(artifact.model.opsets);
  return openEngine({
    launch: { input: inputContract([feature({ name: 'a' }), feature({ name: 'b' })]) } as Launch,
    artifact: { ...artifact, model: { ...artifact.model, opsets } },
    binding,
    proofFiles: { from: [], to: join(folder, 'model.proof.json') },
    engine,
    threads: 1,
    workers: 0,
    synchronous: false,
  });
}

test('a mistake of the compiler leaves the model to ONNX Runtime, and says so', async () => {
  const engine = await openBroken('auto');
  expect(engine.session.engine).toBe('onnxruntime');
  expect(engine.reason).toBe('the compiler failed: Maximum call stack size exceeded');
  const batch = { rows: 1, columns: [Float64Array.of(1), Float64Array.of(2)] };
  expect((await engine.session.run(batch)).length).toBeGreaterThan(0);
  await engine.session.close();
});

test('where the compiled engine is asked for, its mistake is an error that holds the cause', async () => {
  await expect(openBroken('compiled')).rejects.toMatchObject({
    code: 'ARTIFACT_UNSUPPORTED',
    message: expect.stringContaining('the compiler failed: Maximum call stack size exceeded'),
    cause: expect.any(RangeError),
  });
});

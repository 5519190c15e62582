import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, type OnnxModel, writeGolden } from '@slipway/core';
import { imageLaunch, imageModel, logisticModel, writeLearnerLaunch } from '@slipway/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openModel } from './open-model.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-open-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const output = 'output:\n  risk: { type: number, minimum: 0, maximum: 1, from: output_probability, class: 1 }\n';

/** Writes model and launch file; `extra` are further lines of the launch file. */
async function launchWith(model: OnnxModel | Uint8Array, extra = '', fields = output): Promise<string> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model);
  await writeFile(join(folder, 'model.onnx'), bytes);
  const head = 'slipway: 1\nmodel: m\nversion: 1.0.0\nartifact: model.onnx\n';
  const input = 'input:\n  a: { type: number }\n  b: { type: number }\n';
  const path = join(folder, 'launch.yaml');
  await writeFile(path, head + input + fields + extra);
  return path;
}

const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: { code: string }) => error.code,
  );

describe('openModel', () => {
  test('opens a model that compiles, and predicts without a promise', async () => {
    const model = await openModel(await launchWith(logisticModel({ features: 2 })));
    expect(model.engine.session.engine).toBe('compiled');
    const answer = model.predict({ a: 1, b: 2 });
    expect(answer).not.toBeInstanceOf(Promise);
    expect(await answer).toMatchObject({ model: 'm', version: '1.0.0', fallback: null });
    await model.close();
  });

  test('gives what does not compile to ONNX Runtime, and says which operator stood in the way', async () => {
    const model = await openModel(writeLearnerLaunch(folder, { model: imageModel(), text: imageLaunch }));
    expect(model.engine.session.engine).toBe('onnxruntime');
    expect(model.engine.reason).toMatch(/Conv/);
    expect((await model.predict({ image: new Array(12).fill(1) })).outputs.label).toBeTypeOf('string');
    await model.close();
  });

  test('both engines give the same scores within a millionth, for records and columns', async () => {
    const path = await launchWith(logisticModel({ features: 2 }));
    const compiled = await openModel(path);
    const runtime = await openModel(path, { engine: 'onnxruntime' });
    const a = Float64Array.from({ length: 300 }, (_, row) => row / 50 - 3);
    const b = a.map((value) => value * value);
    const [mine] = (await compiled.columns({ a, b })).fields;
    const [theirs] = (await runtime.columns({ a, b })).fields;
    const apart = Array.from(a, (_, row) => Math.abs(Number(mine?.values[row]) - Number(theirs?.values[row])));
    expect(Math.max(...apart)).toBeLessThan(1e-6);
    await Promise.all([compiled.close(), runtime.close()]);
  });

  test('answers without a promise where ONNX Runtime serves and the caller cannot wait', async () => {
    const model = await openModel(await launchWith(logisticModel({ features: 2 })), {
      engine: 'onnxruntime',
      synchronous: true,
    });
    expect(model.columns({ a: [1], b: [2] })).not.toBeInstanceOf(Promise);
    await model.close();
  });

  test('a launch file or an artifact that is not there is NOT_FOUND', async () => {
    expect(await codeOf(openModel(join(folder, 'launch.yaml')))).toBe('LAUNCH_NOT_FOUND');
    const path = await launchWith(logisticModel({ features: 2 }));
    await rm(join(folder, 'model.onnx'));
    expect(await codeOf(openModel(path))).toBe('ARTIFACT_NOT_FOUND');
  });

  test('an artifact that is no ONNX model, or is cut short, is told apart from a missing one', async () => {
    expect(await codeOf(openModel(await launchWith(Buffer.from('not a model'))))).toBe('ARTIFACT_NOT_ONNX');
    const whole = encodeModel(logisticModel({ features: 2 }));
    expect(await codeOf(openModel(await launchWith(whole.subarray(0, whole.length - 20))))).toBe('ARTIFACT_NOT_ONNX');
  });

  test('an artifact with another digest than the launch file pins is refused', async () => {
    const pinned = `digest: sha256:${'0'.repeat(64)}\n`;
    expect(await codeOf(openModel(await launchWith(logisticModel({ features: 2 }), pinned)))).toBe(
      'ARTIFACT_DIGEST_MISMATCH',
    );
  });

  test('a contract that does not fit the artifact says what to change, and where', async () => {
    const path = await launchWith(logisticModel({ features: 3 }));
    await expect(openModel(path)).rejects.toMatchObject({
      code: 'CONTRACT_MISMATCH',
      message: 'The model\'s input "X" has 3 columns, the contract gives 2.',
      where: `${path}: input`,
    });
    const wrongName = output.replace('output_probability', 'output_probabilty');
    await expect(openModel(await launchWith(logisticModel({ features: 2 }), '', wrongName))).rejects.toMatchObject({
      hint: 'Did you mean "output_probability"?',
    });
  });

  test('a changed threshold changes decisions, and golden rows stay true', async () => {
    const decision = (at: number) => `${output}  high: { type: boolean, threshold: { on: risk, at: ${at} } }\n`;
    const open = async (at: number) =>
      openModel(await launchWith(logisticModel({ features: 2 }), 'golden: golden.json\n', decision(at)));
    const { outputs } = await (await openModel(await launchWith(logisticModel({ features: 2 })))).predict({
      a: 1,
      b: 2,
    });
    const rows = [{ record: { a: 1, b: 2 }, outputs: { ...outputs, high: true } }];
    await writeFile(join(folder, 'golden.json'), writeGolden({ tolerance: 1e-6, rows }));
    const strict = await open(1);
    expect((await strict.predict({ a: 1, b: 2 })).outputs.high).toBe(false);
    const loose = await open(0);
    expect((await loose.predict({ a: 1, b: 2 })).outputs.high).toBe(true);
    await Promise.all([strict.close(), loose.close()]);
  });

  test('golden rows are compared when the model is opened', async () => {
    const path = await launchWith(logisticModel({ features: 2 }), 'golden: golden.json\n');
    const golden = (risk: number) =>
      writeGolden({ tolerance: 1e-6, rows: [{ record: { a: 1, b: 2 }, outputs: { risk } }] });
    await writeFile(join(folder, 'golden.json'), golden(2));
    await expect(openModel(path)).rejects.toMatchObject({
      code: 'PROOF_FAILED',
      message: expect.stringContaining('golden row 1: risk is'),
    });

    const unchecked = await openModel(await launchWith(logisticModel({ features: 2 })));
    const { outputs } = await unchecked.predict({ a: 1, b: 2 });
    await writeFile(join(folder, 'golden.json'), golden(outputs.risk as number));
    const opened = await openModel(await launchWith(logisticModel({ features: 2 }), 'golden: golden.json\n'));
    expect(opened.launch.golden).toBe('golden.json');
    expect(await readFile(path, 'utf8')).toContain('golden');
  });

  test('a golden row names an output that is not there, or its model fails: no fallback answers in its place', async () => {
    const row = (outputs: Record<string, null>) =>
      writeFile(
        join(folder, 'golden.json'),
        writeGolden({ tolerance: 0, rows: [{ record: { a: 1, b: 2 }, outputs }] }),
      );
    await row({ rsk: null });
    const path = await launchWith(logisticModel({ features: 2 }), 'golden: golden.json\n');
    await expect(openModel(path)).rejects.toMatchObject({ message: expect.stringContaining('no output "rsk"') });

    await row({ risk: null });
    const fallback = 'fallback: { when: [error], use: { risk: null } }\ngolden: golden.json\n';
    const impossible = output.replace('minimum: 0, maximum: 1', 'minimum: 2, nullable: true');
    const broken = openModel(await launchWith(logisticModel({ features: 2 }), fallback, impossible));
    await expect(broken).rejects.toMatchObject({ message: expect.stringContaining('below its minimum of 2') });
  });

  test.each([
    ['that is text', Buffer.from('not a model')],
    ['that is empty', new Uint8Array(0)],
    ['that is noise', Uint8Array.from({ length: 500 }, (_, at) => (at * 37 + 11) % 256)],
  ])('an artifact %s is named by its path', async (_, bytes) => {
    const path = join(folder, 'model.onnx');
    await expect(openModel(await launchWith(bytes))).rejects.toMatchObject({ where: expect.stringContaining(path) });
  });

  test('a folder in the place of the launch file is called one', async () => {
    await expect(openModel(folder)).rejects.toMatchObject({
      code: 'LAUNCH_NOT_FOUND',
      message: expect.stringContaining('a folder'),
    });
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OnnxModel } from '@slipway/core';
import {
  echoModel,
  embeddingLaunch,
  embeddingModel,
  embeddingTable,
  heavyModel,
  imageLaunch,
  imageModel,
  writeLearnerLaunch,
} from '@slipway/testkit';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runBatch } from './batch/index.ts';
import { everyone } from './online/fixtures/everyone.ts';
import { loggedKillSwitch } from './online/models/kill-switch.ts';
import { createModelRepository } from './online/models/model-repository.ts';
import { outcomes } from './online/ports.ts';
import { createOnlineServer } from './online/server.ts';
import { newServerState } from './online/server-state.ts';
import { type Model, type OpenModelOptions, openModel } from './open-model.ts';
import { systemClock } from './system/clock.ts';
import { openLog } from './telemetry/log.ts';
import { createOnlineMetrics } from './telemetry/online-metrics.ts';

let folder: string;
const opened: Model[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-any-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.close()));
  rmSync(folder, { recursive: true });
});

async function open(model: OnnxModel, text: string, options: OpenModelOptions = {}): Promise<Model> {
  const given = await openModel(writeLearnerLaunch(folder, { model, text }), options);
  opened.push(given);
  return given;
}

/** The server as `slipway serve` composes it. */
function serverOf(model: Model): ReturnType<typeof createOnlineServer> {
  const { log } = openLog({ level: 'silent', descriptor: 2, format: 'json', wallMs: () => 0 });
  const none = () => ({ written: 0, dropped: 0, failed: 0 });
  const meter = createOnlineMetrics({ slipwayVersion: '0.0.0', outcomes, events: none, log: none });
  const open = () => Promise.resolve(model);
  const killSwitch = loggedKillSwitch(log, meter);
  const repository = createModelRepository({
    meter,
    log,
    killSwitch,
    ...systemClock,
    open,
    parse: () => null,
    follow: () => () => {},
  });
  repository.adopt('launch.yaml', model);
  const server = {
    repository,
    access: everyone,
    state: newServerState(),
    meter,
    log,
    ...systemClock,
    slipwayVersion: '0.0.0',
    tls: null,
  };
  return createOnlineServer(server);
}

type Answer = { statusCode: number; json(): Record<string, unknown> };

async function post(model: Model, payload: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return serverOf(model).inject({ method: 'POST', url: '/predict', headers, payload: JSON.stringify(payload) });
}

/** A picture of 2 x 2 of one colour, as [red, green, blue] planes. */
const picture = (...colours: readonly number[]) =>
  colours.map((colour) => [
    [colour, colour],
    [colour, colour],
  ]);

describe('a model of pictures', () => {
  test('answers a picture as nested lists and as one flat list', async () => {
    const model = await open(imageModel(), imageLaunch);
    expect(model.engine).toMatchObject({ session: { engine: 'onnxruntime' }, reason: expect.stringContaining('Conv') });
    const green = await model.predict({ image: picture(0, 1, 0) });
    expect(green.outputs).toMatchObject({ label: 'green' });
    expect((await model.predict({ image: picture(0, 1, 0).flat(2) })).outputs).toEqual(green.outputs);
    expect((await model.predict({ image: picture(1, 0.2, 0) })).outputs.label).toBe('red');
  });

  test('refuses a picture of another size, and a colour out of range', async () => {
    const model = await open(imageModel(), imageLaunch);
    const refused = (image: unknown) => expect(async () => model.predict({ image })).rejects;
    await refused(picture(0, 1)).toMatchObject({
      code: 'RECORD_INVALID',
      message: expect.stringContaining('[3, 2, 2]'),
    });
    await refused(picture(0, 1, 9)).toMatchObject({ message: expect.stringContaining('image[8] is 9') });
  });

  test('is served: one record, and many with a bad one among them', async () => {
    const model = await open(imageModel(), imageLaunch);
    const one = await post(model, { image: picture(0, 0, 1) });
    expect(one.statusCode).toBe(200);
    expect(one.json()).toMatchObject({
      label: 'blue',
      probabilities: [expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    const records = [{ image: picture(1, 0, 0) }, { image: [1] }, { image: picture(0, 1, 0) }];
    const { predictions } = (await post(model, { records })).json();
    expect(predictions).toMatchObject([{ label: 'red' }, { error: { code: 'RECORD_INVALID' } }, { label: 'green' }]);
  });

  test('of thousands of values is not printed as an example', async () => {
    const documentOf = async (launch: string) => {
      const model = await open(imageModel(), launch);
      return serverOf(model).inject({ method: 'GET', url: '/openapi.json' });
    };
    const large = await documentOf(imageLaunch.replace('[3, 2, 2]', '[3, 64, 64]'));
    expect(large.statusCode).toBe(200);
    // That of a small picture has its twelve values as an example.
    expect(large.body.length).toBeLessThan((await documentOf(imageLaunch)).body.length);
  });

  test('of a fixed batch of one answers many records too', async () => {
    const model = await open(imageModel({ rows: 1 }), imageLaunch);
    const records = [picture(1, 0, 0), picture(0, 1, 0), picture(0, 0, 1)].map((image) => ({ image }));
    const labels = (await model.predictMany(records)).map((answer) => 'outputs' in answer && answer.outputs.label);
    expect(labels).toEqual(['red', 'green', 'blue']);
  });
});

test('a pixel beyond the type of the input is refused by field and value, without bounds in the launch file', async () => {
  const fields =
    'input: { x: { type: array, shape: [4], items: integer } }\noutput: { y: { type: array, shape: [4], from: y } }\n';
  const text = heavyLaunch.replace(/input:.*/s, fields);
  const model = await open(echoModel('uint8', ['N', 4]), text);
  expect((await model.predict({ x: [0, 1, 254, 255] })).outputs.y).toEqual([0, 1, 254, 255]);
  await expect(async () => model.predict({ x: [0, 1, 256, 255] })).rejects.toMatchObject({
    code: 'RECORD_INVALID',
    message: 'x[2] is 256; it must be an integer from 0 to 255',
  });
});

const heavyLaunch = `slipway: 1
model: heavy
version: 1.0.0
artifact: model.onnx
input: { x: { type: number } }
output: { y: { type: number, from: y } }
`;

test('a server answers other requests while a heavy model runs', async () => {
  const model = await open(heavyModel({ steps: 200 }), heavyLaunch, { engine: 'onnxruntime', workers: 1 });
  const app = serverOf(model);
  const answered: string[] = [];
  const asked = async (name: string, request: InjectOptions) => {
    const answer = await app.inject(request);
    answered.push(`${name} ${answer.statusCode}`);
  };
  const headers = { 'content-type': 'application/json' };
  await Promise.all([
    asked('prediction', { method: 'POST', url: '/predict', headers, payload: '{"x": 1}' }),
    asked('live', { method: 'GET', url: '/health/live' }),
    asked('ready', { method: 'GET', url: '/health/ready' }),
    asked('bad record', { method: 'POST', url: '/predict', headers, payload: '{"x": "one"}' }),
  ]);
  expect(answered.at(-1)).toBe('prediction 200');
  expect(answered.toSorted()).toEqual(['bad record 400', 'live 200', 'prediction 200', 'ready 200']);
});

test('a program that does not close its model ends all the same', async () => {
  const path = writeLearnerLaunch(folder, { model: imageModel(), text: imageLaunch });
  const script = `
    import { openModel } from ${JSON.stringify(new URL('./open-model.ts', import.meta.url).href)};
    const model = await openModel(${JSON.stringify(path)});
    const { outputs } = await model.predict({ image: ${JSON.stringify(picture(0, 1, 0))} });
    console.log(model.engine.session.engine, outputs.label);`;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe('onnxruntime green\n');
});

describe('a model of token ids', () => {
  const ids = [7, 3, 99, 0, 0];
  const mask = [1, 1, 1, 0, 0];

  /** Mean of the tokens that count, scaled to length 1, summed in float64. */
  function expected(): number[] {
    const table = embeddingTable();
    const mean = Array.from({ length: 8 }, (_, at) =>
      ids.reduce((sum, id, place) => sum + (mask[place] as number) * (table[8 * id + at] as number), 0),
    );
    const length = Math.hypot(...mean);
    return mean.map((value) => value / length);
  }

  test('takes lists of integers, and gives a list, a list of lists and a number', async () => {
    const model = await open(embeddingModel(), embeddingLaunch);
    const { outputs } = await model.predict({ input_ids: ids, attention_mask: mask });
    for (const [at, value] of expected().entries()) expect((outputs.embedding as number[])[at]).toBeCloseTo(value, 6);
    expect(outputs.tokens).toHaveLength(5);
    expect((outputs.tokens as number[][])[2]).toHaveLength(8);
    expect(outputs.count).toBe(3);
  });

  test('refuses a fraction among the ids by name and value', async () => {
    const model = await open(embeddingModel(), embeddingLaunch);
    const given = { input_ids: [7, 3, 1.5, 0, 0], attention_mask: mask };
    await expect(async () => model.predict(given)).rejects.toMatchObject({
      code: 'RECORD_INVALID',
      message: expect.stringContaining('input_ids[2] is 1.5; it must be an integer from 0 to 99'),
    });
  });

  test('says where its output has another shape than the contract says', async () => {
    const text = embeddingLaunch.replace('shape: [5, 8]', 'shape: [4, 8]');
    const model = await open(embeddingModel(), text);
    await expect(async () => model.predict({ input_ids: ids, attention_mask: mask })).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining('[1, 5, 8]; [4, 8] a row was wanted'),
    });
  });

  test.each(['ndjson', 'parquet'])('scores a file into %s as the library scores its records', async (format) => {
    const model = await open(embeddingModel(), embeddingLaunch, { synchronous: true });
    const records = Array.from({ length: 40 }, (_, row) => ({
      text_id: `t${row}`,
      input_ids: [row, row + 1, 99 - row, 0, 0],
      attention_mask: [1, 1, row % 2, 0, 0],
    }));
    const bad = { text_id: 'bad', input_ids: [0.5, 0, 0, 0, 0], attention_mask: mask };
    const path = (name: string) => join(folder, name);
    writeFileSync(path('texts.ndjson'), [...records, bad].map((record) => `${JSON.stringify(record)}\n`).join(''));
    const run = await runBatch({
      model,
      input: path('texts.ndjson'),
      output: path(`scored.${format}`),
      quarantine: path('bad.ndjson'),
      maxQuarantine: 0.5,
    });
    expect(run).toMatchObject({ input: { rows: 41 }, output: { rows: 40 }, quarantine: { rows: 1 } });
    expect(readFileSync(path('bad.ndjson'), 'utf8')).toContain('input_ids[0]');
    if (format === 'parquet') return;
    const scored = readFileSync(path('scored.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const answers = await model.predictMany(records);
    for (const [row, answer] of answers.entries())
      expect(scored[row]).toMatchObject({ ...records[row], ...('outputs' in answer ? answer.outputs : null) });
  });
});

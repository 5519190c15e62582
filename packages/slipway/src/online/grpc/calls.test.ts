import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '@slipway/core';
import { learnerLaunch, learnerModel } from '@slipway/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, endOf, type GrpcProcess, startGrpc } from '../fixtures/grpc-client.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-grpc-'));
let grpc: GrpcProcess;

beforeAll(async () => {
  for (const name of ['learner-risk', 'small-bodies']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'model.onnx'), encodeModel(learnerModel(0.5)));
    const bound = name === 'small-bodies' ? 'online: { body: 1kB }\n' : '';
    const text = learnerLaunch.replace('model: learner-risk', `model: ${name}`) + bound;
    writeFileSync(join(root, name, 'launch.yaml'), text);
  }
  grpc = await startGrpc(['--models', root, '--log-level', 'debug']);
});

afterAll(async () => {
  expect(await grpc.end()).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

const modelName = 'learner-risk';
const features = ['hours_studied', 'quiz_score'];

function typed(rows: readonly (readonly [number, number])[]) {
  return features.map((name, column) => ({
    name,
    datatype: 'FP64',
    shape: [BigInt(rows.length), 1n],
    contents: { fp64Contents: rows.map((row) => Number(row[column])) },
  }));
}

/** The same request with its tensors as bytes. */
function raw(rows: readonly (readonly [number, number])[]) {
  const inputs = typed(rows);
  return {
    modelName,
    inputs: inputs.map(({ contents: _, ...input }) => input),
    rawInputContents: inputs.map(({ contents }) => bytesOf(contents.fp64Contents)),
  };
}

const bytesOf = (values: readonly number[]) => new Uint8Array(Float64Array.from(values).buffer);
const rows = [
  [3, 40],
  [30, 90],
] as const;

/** What HTTP answers to the same records: gRPC must answer the same. */
async function byHttp(): Promise<readonly { readonly risk_score: number; readonly needs_support: boolean }[]> {
  const records = rows.map(([hours_studied, quiz_score]) => ({ hours_studied, quiz_score }));
  const response = await fetch(`${grpc.server.ready.url}/models/${modelName}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ records }),
  });
  expect(response.status).toBe(200);
  const { predictions } = (await response.json()) as { predictions: { risk_score: number; needs_support: boolean }[] };
  return predictions;
}

describe('calls of gRPC', () => {
  test('server and models tell whether they are ready, and what they are', async () => {
    const { client } = grpc;
    expect((await client.serverLive({})).live).toBe(true);
    expect((await client.serverReady({})).ready).toBe(true);
    expect((await client.modelReady({ name: modelName })).ready).toBe(true);
    expect((await client.modelReady({ name: 'nobody' })).ready).toBe(false);
    expect(await client.serverMetadata({})).toMatchObject({ name: 'slipway' });
    const { name, versions, inputs, outputs } = await client.modelMetadata({ name: modelName });
    expect({ name, versions }).toEqual({ name: modelName, versions: ['1.0.0'] });
    expect(inputs.map((input) => [input.name, input.datatype, input.shape])).toEqual([
      ['hours_studied', 'FP64', [-1n]],
      ['quiz_score', 'FP64', [-1n]],
    ]);
    expect(outputs.map((output) => output.name)).toEqual(expect.arrayContaining(['risk_score', 'needs_support']));
    const { config } = await client.modelConfig({ name: modelName });
    expect(config?.input.map((input) => input.name)).toEqual(features);
  });

  test('typed contents are answered in contents and raw bytes in bytes, with what HTTP answers', async () => {
    const expected = await byHttp();
    const answered = await grpc.client.modelInfer({ modelName, id: 'mine', inputs: typed(rows) });
    expect(answered).toMatchObject({ modelName, modelVersion: '1.0.0', id: 'mine', rawOutputContents: [] });
    const at = answered.outputs.findIndex(({ name }) => name === 'risk_score');
    const risks = answered.outputs[at]?.contents?.fp32Contents;
    expect(risks).toEqual(expected.map(({ risk_score }) => Math.fround(risk_score)));
    const support = answered.outputs.find(({ name }) => name === 'needs_support');
    expect(support?.contents?.boolContents).toEqual(expected.map(({ needs_support }) => needs_support));

    const binary = await grpc.client.modelInfer(raw(rows));
    expect(binary.outputs.map(({ contents }) => contents)).toEqual(binary.outputs.map(() => undefined));
    expect(Buffer.from(binary.rawOutputContents[at] ?? [])).toEqual(Buffer.from(Float32Array.from(risks ?? []).buffer));
  });

  test('only the outputs that are asked for are answered', async () => {
    const outputs = [{ name: 'needs_support' }];
    const answered = await grpc.client.modelInfer({ modelName, inputs: typed(rows), outputs });
    expect(answered.outputs.map(({ name }) => name)).toEqual(['needs_support']);
  });

  test('requests of a stream are answered in their order, and one that is wrong ends none of the others', async () => {
    async function* requests() {
      yield { modelName, id: 'a', inputs: typed(rows) };
      yield { modelName: 'nobody', id: 'b', inputs: typed(rows) };
      yield { modelName, id: 'c', inputs: typed(rows) };
    }
    const answers = [];
    for await (const { errorMessage, inferResponse } of grpc.client.modelStreamInfer(requests())) {
      answers.push([inferResponse?.id, errorMessage === '' ? inferResponse?.outputs.length !== 0 : errorMessage]);
    }
    expect(answers).toEqual([
      ['a', true],
      ['b', expect.stringContaining('nobody')],
      ['c', true],
    ]);
  });

  test('statistics count what was answered and what was not', async () => {
    const stats = async () => (await grpc.client.modelStatistics({ name: modelName })).modelStats[0];
    const before = await stats();
    await grpc.client.modelInfer({ modelName, inputs: typed(rows) });
    await endOf(grpc.client.modelInfer({ modelName, inputs: [] }));
    const after = await stats();
    const more = (of: (each: typeof after) => bigint | undefined) => (of(after) ?? 0n) - (of(before) ?? 0n);
    expect(more((each) => each?.inferenceCount)).toBe(2n);
    expect(more((each) => each?.inferenceStats?.success?.count)).toBe(1n);
    expect(more((each) => each?.inferenceStats?.fail?.count)).toBe(1n);
  });

  test('a model is unloaded, is not ready, and is loaded again', async () => {
    const { client } = grpc;
    const name = 'small-bodies';
    const stateOf = async () => (await client.repositoryIndex({})).models.find((model) => model.name === name)?.state;
    expect(await stateOf()).toBe('READY');
    await client.repositoryModelUnload({ modelName: name });
    expect((await client.modelReady({ name })).ready).toBe(false);
    expect(await stateOf()).not.toBe('READY');
    expect(await endOf(client.modelInfer({ modelName: name, inputs: typed(rows) }))).toMatchObject({
      status: 'NotFound',
      code: 'MODEL_NOT_FOUND',
    });
    await client.repositoryModelLoad({ modelName: name });
    expect(await stateOf()).toBe('READY');
    expect((await client.repositoryIndex({ ready: true })).models).toHaveLength(2);
  });
});

describe('errors of gRPC calls', () => {
  const one = typed(rows)[0] as ReturnType<typeof typed>[number];
  const other = typed(rows)[1] as ReturnType<typeof typed>[number];
  const infer = (message: object) => grpc.client.modelInfer({ modelName, ...message });

  test.each([
    ['a model that is not served', { modelName: 'nobody', inputs: typed(rows) }, 'NotFound', 'MODEL_NOT_FOUND'],
    ['a version that is not served', { modelVersion: '9.9.9', inputs: typed(rows) }, 'NotFound', 'MODEL_NOT_FOUND'],
    ['no model where there are several', { modelName: '', inputs: typed(rows) }, 'NotFound', 'MODEL_NOT_FOUND'],
    ['an input too few', { inputs: [one] }, 'InvalidArgument', null],
    ['an input twice', { inputs: [one, one, other] }, 'InvalidArgument', null],
    ['a datatype that is none', { inputs: [{ ...one, datatype: 'FP65' }, other] }, 'InvalidArgument', 'TENSOR_INVALID'],
    ['a shape of more elements', { inputs: [{ ...one, shape: [3n, 1n] }, other] }, 'InvalidArgument', 'TENSOR_INVALID'],
    [
      'elements in another field',
      { inputs: [{ ...one, datatype: 'INT64' }, other] },
      'InvalidArgument',
      'TENSOR_INVALID',
    ],
    [
      'raw contents too few',
      { ...raw(rows), rawInputContents: [new Uint8Array(16)] },
      'InvalidArgument',
      'INFER_REQUEST_INVALID',
    ],
    ['contents and raw bytes', { ...raw(rows), inputs: typed(rows) }, 'InvalidArgument', 'TENSOR_INVALID'],
    [
      'raw bytes that end early',
      { ...raw(rows), rawInputContents: [new Uint8Array(15), new Uint8Array(16)] },
      'InvalidArgument',
      'TENSOR_INVALID',
    ],
    [
      'a value that the contract refuses',
      {
        inputs: typed([
          [3, 40],
          [-1, 40],
        ]),
      },
      'InvalidArgument',
      'RECORD_INVALID',
    ],
    ['an output that there is not', { inputs: typed(rows), outputs: [{ name: 'y' }] }, 'InvalidArgument', null],
    [
      'tensors beyond the bound of the model',
      { modelName: 'small-bodies', inputs: typed(Array.from({ length: 100 }, () => [3, 40] as const)) },
      'ResourceExhausted',
      'BODY_TOO_LARGE',
    ],
  ])('%s', async (_, message, status, code) => {
    const end = await endOf(infer(message));
    expect(end).toMatchObject({ status, code: code ?? expect.stringMatching(/^[A-Z_]+$/) });
    expect(end.message).not.toBe('');
  });

  test('a record that is refused is named by its row', async () => {
    const inputs = typed([
      [3, 40],
      [-1, 40],
    ]);
    expect((await endOf(infer({ inputs }))).message).toContain('(row 1)');
  });

  test('a message beyond 64 MB is refused before it is read, and the server goes on', async () => {
    const huge = { inputs: [one, other], rawInputContents: [new Uint8Array(64_000_001), new Uint8Array(16)] };
    // Node's client resets calls when it holds more than 10 MB that wait to be sent.
    const patient = clientOf(grpc.baseUrl, { nodeOptions: { maxSessionMemory: 200 } });
    expect(await endOf(patient.modelInfer({ modelName, ...huge }))).toMatchObject({ status: 'ResourceExhausted' });
    expect(await endOf(infer({ inputs: typed(rows) }))).toMatchObject({ status: 'OK' });
  }, 20_000);

  test('loading what is in no folder, and unloading what is not served, is not found', async () => {
    for (const call of ['repositoryModelLoad', 'repositoryModelUnload'] as const) {
      expect(await endOf(grpc.client[call]({ modelName: 'nobody' }))).toMatchObject({ status: 'NotFound' });
    }
    expect(await endOf(grpc.client.modelMetadata({ name: 'nobody' }))).toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(await endOf(grpc.client.modelStatistics({ name: 'nobody' }))).toMatchObject({ status: 'NotFound' });
  });

  test('calls are counted by their status, and stand in the log with the id of their caller', async () => {
    const line = (status: number) =>
      `slipway_http_requests_total{method="GRPC",route="/inference.GRPCInferenceService/ModelInfer",status="${status}"}`;
    const before = await Promise.all([grpc.metric(line(200)), grpc.metric(line(400))]);
    const headers = { 'x-request-id': 'seen-again' };
    let echoed: string | null = null;
    const onHeader = (answer: Headers) => {
      echoed = answer.get('x-request-id');
    };
    await grpc.client.modelInfer({ modelName, inputs: typed(rows) }, { headers, onHeader });
    await endOf(grpc.client.modelInfer({ modelName, inputs: [] }, { headers }));
    expect(echoed).toBe('seen-again');
    const after = await Promise.all([grpc.metric(line(200)), grpc.metric(line(400))]);
    expect(after).toEqual(before.map((count) => (count ?? 0) + 1));
    let lines: readonly Readonly<Record<string, unknown>>[] = [];
    while (lines.length < 2) {
      lines = grpc.server.log().filter(({ request }) => request === 'seen-again');
      await new Promise(setImmediate);
    }
    expect(lines).toEqual([
      expect.objectContaining({ status: 200, records: 2, model: modelName, msg: 'answered' }),
      expect.objectContaining({ status: 400, code: expect.stringMatching(/^[A-Z_]+$/) }),
    ]);
  });
});

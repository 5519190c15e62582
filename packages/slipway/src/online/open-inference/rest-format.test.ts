import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openTestServer, type TestServerOptions } from '../fixtures/open-test-server.ts';

// The corpus of what a server of the protocol has to answer, over the learner's model: its score is the quiz score in
// hundredths.

const url = '/v2/models/learner-risk/infer';
const json = { 'content-type': 'application/json' };
const octets = { 'content-type': 'application/octet-stream' };

const hours = (...data: number[]) => ({ name: 'hours_studied', datatype: 'FP64', shape: [data.length], data });
const quiz = (...data: number[]) => ({ name: 'quiz_score', datatype: 'FP64', shape: [data.length], data });
const matrix = { name: 'X', datatype: 'FP32', shape: [2, 2] };
const twoRows = Buffer.from(Float32Array.of(3, 40, 5, 80).buffer);

function post(body: object | Buffer, headers: object = json, options: TestServerOptions = {}, to = url) {
  return openTestServer(options).post(body, { url: to, headers });
}

/** A body whose JSON part is followed by bytes. */
function withBinary(request: object, ...binary: Buffer[]) {
  const head = Buffer.from(JSON.stringify(request));
  const headers = { ...octets, 'inference-header-content-length': String(head.length) };
  return [Buffer.concat([head, ...binary]), headers] as const;
}

const scores = [
  { name: 'risk_score', datatype: 'FP32', shape: [2], data: [0.4, 0.8] },
  { name: 'needs_support', datatype: 'BOOL', shape: [2], data: [false, true] },
  { name: 'prediction_id', datatype: 'BYTES', shape: [2], data: ['prediction-1', 'prediction-2'] },
];

describe('the same rows are answered alike in every form', () => {
  test.each<[string, object | Buffer, object]>([
    ['a tensor a feature', { inputs: [hours(3, 5), quiz(40, 80)] }, json],
    ['columns', { inputs: [hours(3, 5), { ...quiz(40, 80), shape: [2, 1] }] }, json],
    ["the graph's input, flat", { inputs: [{ ...matrix, data: [3, 40, 5, 80] }] }, json],
    [
      'nested',
      {
        inputs: [
          {
            ...matrix,
            data: [
              [3, 40],
              [5, 80],
            ],
          },
        ],
      },
      json,
    ],
    ['binary', ...withBinary({ inputs: [{ ...matrix, parameters: { binary_data_size: 16 } }] }, twoRows)],
    [
      'both',
      ...withBinary(
        {
          inputs: [
            { ...hours(), datatype: 'INT8', shape: [2], data: undefined, parameters: { binary_data_size: 2 } },
            quiz(40, 80),
          ],
        },
        Buffer.of(3, 5),
      ),
    ],
    [
      'without a content type',
      Buffer.from(JSON.stringify({ inputs: [hours(3, 5), quiz(40, 80)] })),
      { 'content-type': undefined },
    ],
    [
      'gzip',
      gzipSync(JSON.stringify({ inputs: [hours(3, 5), quiz(40, 80)] })),
      { ...json, 'content-encoding': 'gzip' },
    ],
    [
      'deflate',
      deflateSync(JSON.stringify({ inputs: [hours(3, 5), quiz(40, 80)] })),
      { ...json, 'content-encoding': 'deflate' },
    ],
    ['with the model named again', { inputs: [hours(3, 5), quiz(40, 80)], model_name: 'learner-risk', id: '' }, json],
  ])('%s', async (_, body, headers) => {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ model_name: 'learner-risk', model_version: '1.0.0', outputs: scores });
  });

  test('raw: the body is nothing but the tensor, and all outputs come back as bytes', async () => {
    const answer = await post(twoRows, { ...octets, 'inference-header-content-length': '0' });
    const head = Number(answer.headers['inference-header-content-length']);
    const { outputs } = JSON.parse(answer.rawPayload.subarray(0, head).toString());
    expect(outputs.map((output: { parameters: object }) => output.parameters)).toEqual(
      [8, 2, 32].map((size) => ({ binary_data_size: size })),
    );
    const bytes = answer.rawPayload.subarray(head);
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)].map(Math.fround)).toEqual([0.4, 0.8].map(Math.fround));
    expect([...bytes.subarray(8, 10)]).toEqual([0, 1]);
    expect(bytes.subarray(10).toString()).toBe('\f\0\0\0prediction-1\f\0\0\0prediction-2');
  });

  test('a version may be named, and no rows have no outputs', async () => {
    const answer = await post({ inputs: [hours(), quiz()] }, json, {}, '/v2/models/learner-risk/versions/1.0.0/infer');
    expect(answer.json().outputs).toEqual(scores.map((output) => ({ ...output, shape: [0], data: [] })));
  });
});

describe('outputs are those that were asked for, in the form that was asked for', () => {
  const inputs = [hours(3), quiz(40)];
  test('a choice, in its order', async () => {
    const answer = await post({ id: 'q', inputs, outputs: [{ name: 'needs_support' }, { name: 'risk_score' }] });
    expect(answer.json()).toEqual({
      model_name: 'learner-risk',
      model_version: '1.0.0',
      id: 'q',
      outputs: [
        { name: 'needs_support', datatype: 'BOOL', shape: [1], data: [false] },
        { name: 'risk_score', datatype: 'FP32', shape: [1], data: [0.4] },
      ],
    });
  });

  test('all binary but one', async () => {
    const outputs = [{ name: 'risk_score', parameters: { binary_data: false } }, { name: 'needs_support' }];
    const answer = await post({ inputs, outputs, parameters: { binary_data_output: true } });
    const head = Number(answer.headers['inference-header-content-length']);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(JSON.parse(answer.rawPayload.subarray(0, head).toString()).outputs).toEqual([
      { name: 'risk_score', datatype: 'FP32', shape: [1], data: [0.4] },
      { name: 'needs_support', datatype: 'BOOL', shape: [1], parameters: { binary_data_size: 1 } },
    ]);
    expect([...answer.rawPayload.subarray(head)]).toEqual([0]);
  });

  test.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
  ])('packed by %s, where it is accepted and the answer is large', async (encoding, unpack) => {
    const many = { inputs: [hours(...Array(1000).fill(3)), quiz(...Array(1000).fill(40))] };
    const small = await post({ inputs }, { ...json, 'accept-encoding': encoding });
    expect(small.headers['content-encoding']).toBeUndefined();
    const refused = await post(many, { ...json, 'accept-encoding': `${encoding};q=0` });
    expect(refused.headers['content-encoding']).toBeUndefined();
    const large = await post(many, { ...json, 'accept-encoding': `br, ${encoding};q=0.5` });
    expect(large.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
    expect(JSON.parse(unpack(large.rawPayload).toString()).outputs[0].shape).toEqual([1000]);
  });
});

describe('what is wrong is refused, and named', () => {
  const inputs = [hours(3), quiz(40)];
  const length = (value: string) => ({ ...octets, 'inference-header-content-length': value });
  test.each<[string, object | Buffer, object, number, string, RegExp]>([
    [
      'a row that breaks the contract',
      { inputs: [hours(3, -1), quiz(40, 1)] },
      json,
      400,
      'RECORD_INVALID',
      /hours_studied is -1.*\(row 1\)/,
    ],
    ['a feature that is missing', { inputs: [hours(3)] }, json, 400, 'TENSOR_INVALID', /"quiz_score"/],
    [
      'a NaN where nothing may be missing',
      ...withBinary(
        { inputs: [hours(3), { ...quiz(), data: undefined, shape: [1], parameters: { binary_data_size: 8 } }] },
        Buffer.from(Float64Array.of(Number.NaN).buffer),
      ),
      400,
      'RECORD_INVALID',
      /quiz_score/,
    ],
    [
      'NaN in JSON',
      Buffer.from('{"inputs":[{"name":"X","datatype":"FP32","shape":[1],"data":[NaN]}]}'),
      json,
      400,
      'BODY_NOT_JSON',
      /NaN/,
    ],
    [
      'an output that there is none of',
      { inputs, outputs: [{ name: 'risk' }] },
      json,
      400,
      'INFER_REQUEST_INVALID',
      /no output "risk"/,
    ],
    [
      'an output twice',
      { inputs, outputs: [{ name: 'risk_score' }, { name: 'risk_score' }] },
      json,
      400,
      'INFER_REQUEST_INVALID',
      /twice/,
    ],
    [
      'a timeout that is none',
      { inputs, parameters: { timeout: -1 } },
      json,
      400,
      'INFER_REQUEST_INVALID',
      /timeout is -1/,
    ],
    ['a sequence', { inputs, parameters: { sequence_id: 7 } }, json, 400, 'INFER_REQUEST_INVALID', /sequence_id/],
    ['a JSON part longer than the body', Buffer.from('{}'), length('3'), 400, 'HEADER_INVALID', /has 2 bytes/],
    ['of negative length', Buffer.from('{}'), length('-1'), 400, 'HEADER_INVALID', /no number of bytes/],
    ['of no length', Buffer.from('{}'), length('two'), 400, 'HEADER_INVALID', /no number of bytes/],
    ['a raw body that ends within a row', twoRows.subarray(0, 12), length('0'), 400, 'TENSOR_INVALID', /takes 8/],
    [
      'more rows than are allowed',
      { inputs: [hours(1, 2, 3, 4), quiz(1, 2, 3, 4)] },
      json,
      413,
      'RECORDS_TOO_MANY',
      /4 rows; 3/,
    ],
    [
      'a body that is no gzip',
      Buffer.from('{}'),
      { ...json, 'content-encoding': 'gzip' },
      400,
      'HEADER_INVALID',
      /not gzip/,
    ],
    [
      'a bomb',
      gzipSync(Buffer.alloc(2_000_000)),
      { ...json, 'content-encoding': 'gzip' },
      413,
      'BODY_TOO_LARGE',
      /unpacked/,
    ],
    ['another encoding', Buffer.from('{}'), { ...json, 'content-encoding': 'br' }, 415, 'CONTENT_ENCODING', /"br"/],
    ['another type', Buffer.from('{}'), { 'content-type': 'text/csv' }, 415, 'CONTENT_TYPE', /text\/csv/],
  ])('%s', async (_, body, headers, status, code, message) => {
    const answer = await post(body, headers, { extra: 'online: { records: 3 }\n' });
    expect(answer.json()).toMatchObject({ error: expect.stringMatching(message), code });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  test('a stranger, a method and a path are refused in words of the protocol too', async () => {
    const { app } = openTestServer();
    const get = await app.inject({ method: 'GET', url });
    expect(get.json()).toMatchObject({ error: expect.any(String), code: 'METHOD_NOT_ALLOWED' });
    // Fastify has an error of its own for this method.
    const query = await app.inject({ method: 'QUERY' as 'GET', url });
    expect([query.statusCode, query.json().code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    const none = await app.inject({ method: 'GET', url: '/v2/logging' });
    expect(none.json()).toMatchObject({ error: expect.any(String), code: 'ROUTE_NOT_FOUND' });
  });

  test('a refused request makes no event, and one that is answered one a row, with the id that it answers', async () => {
    const { post, sink } = openTestServer();
    await post({ inputs: [hours(3, -1), quiz(40, 1)] }, { url });
    expect(sink.events).toEqual([]);
    const context = { name: 'cohort', datatype: 'BYTES', shape: [2], data: ['a', 'b'] };
    const answer = await post({ inputs: [hours(3, 4), quiz(40, 50), context] }, { url });
    const ids = answer.json().outputs[2].data;
    expect(sink.events.map(({ id, inputs, context }) => ({ id, inputs, context: context.cohort }))).toEqual([
      { id: ids[0], inputs: { hours_studied: 3, quiz_score: 40 }, context: 'a' },
      { id: ids[1], inputs: { hours_studied: 4, quiz_score: 50 }, context: 'b' },
    ]);
  });
});

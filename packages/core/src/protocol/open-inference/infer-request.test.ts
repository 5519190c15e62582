import { describe, expect, test } from 'vitest';
import { readInferRequest } from './infer-request.ts';
import { writeInferResponse } from './infer-response.ts';

const none = new Uint8Array(0);
const two = Uint8Array.of(1, 0, 2, 0);
const json = { name: 'a', datatype: 'FP64', shape: [1], data: [1] };
const raw = (name: string, size: unknown = 2) => ({
  name,
  datatype: 'INT16',
  shape: [1],
  parameters: { binary_data_size: size },
});

test('inputs in JSON and in binary may stand in one request; the bytes are taken in their order', () => {
  const outputs = [{ name: 'y', parameters: { binary_data: true } }, { name: 'z' }];
  const request = { id: 'q', parameters: { timeout: 7 }, inputs: [raw('b'), json, raw('c')], outputs };
  expect(readInferRequest(request, two)).toEqual({
    id: 'q',
    parameters: { timeout: 7 },
    inputs: [
      { name: 'b', datatype: 'INT16', shape: [1], values: Int16Array.of(1), nulls: null },
      { name: 'a', datatype: 'FP64', shape: [1], values: Float64Array.of(1), nulls: null },
      { name: 'c', datatype: 'INT16', shape: [1], values: Int16Array.of(2), nulls: null },
    ],
    outputs: [
      { name: 'y', binary: true },
      { name: 'z', binary: null },
    ],
  });
});

test('no outputs, or an empty list, wants all of them', () => {
  expect(readInferRequest({ inputs: [json] }, none).outputs).toBeNull();
  expect(readInferRequest({ inputs: [json], outputs: [] }, none).outputs).toBeNull();
});

describe('a request that is not as the protocol says is refused', () => {
  test.each<[string, unknown, Uint8Array, RegExp]>([
    ['no object', [], none, /The request is \[\], not an object/],
    ['without inputs', {}, none, /no list of `inputs`/],
    ['an id that is no text', { id: 1, inputs: [json] }, none, /The id is 1/],
    ['a misspelt member', { inputs: [json], output: [] }, none, /"output" is not known/],
    ['an input without a name', { inputs: [{ ...json, name: undefined }] }, none, /`inputs\[0\]` has no name/],
    ['a misspelt member of an input', { inputs: [{ ...json, dtype: 'FP64' }] }, none, /"dtype" is not known/],
    ['an unknown datatype', { inputs: [{ ...json, datatype: 'FLOAT' }] }, none, /datatype is "FLOAT"/],
    ['a shape that is none', { inputs: [{ ...json, shape: 1 }] }, none, /shape must be an array/],
    ['a negative size', { inputs: [{ ...json, shape: [-1] }] }, none, /holds -1, which is no size/],
    ['a shape beyond counting', { inputs: [{ ...json, shape: [2 ** 40, 2 ** 40] }] }, none, /too many elements/],
    ['no data', { inputs: [{ ...json, data: undefined }] }, none, /not an array/],
    ['data twice', { inputs: [{ ...raw('a'), data: [1] }] }, two, /`binary_data_size` beside it/],
    ['more binary data than there is', { inputs: [raw('a', 6)] }, two, /is 6, but 4 bytes are left/],
    ['binary data of no size', { inputs: [raw('a', -1)] }, two, /-1, which is no number of bytes/],
    ['bytes that nobody speaks for', { inputs: [raw('a')] }, two, /2 bytes of the body belong to no input/],
    ['bytes behind a request of JSON alone', { inputs: [json] }, two, /4 bytes of the body belong to no input/],
    ['a parameter of parameters', { inputs: [json], parameters: { a: {} } }, none, /not text, number or boolean/],
    ['shared memory', { inputs: [{ ...json, parameters: { shared_memory_region: 'r' } }] }, none, /shared memory/],
    [
      'a classification',
      { inputs: [json], outputs: [{ name: 'y', parameters: { classification: 3 } }] },
      none,
      /classification/,
    ],
  ])('%s', (_, request, binary, message) => {
    const error = expect.objectContaining({
      code: expect.stringMatching(/^(INFER_REQUEST|TENSOR)_INVALID$/),
      message: expect.stringMatching(message),
    });
    expect(() => readInferRequest(request, binary)).toThrow(error);
  });
});

test('an answer echoes the id, and its binary outputs follow in their order', () => {
  const output = { shape: [1], nulls: null };
  const { json: text, binary } = writeInferResponse(
    {
      modelName: 'm"',
      modelVersion: '1',
      id: 'q',
      parameters: { fallback: 'error' },
      outputs: [
        { ...output, name: 'a', datatype: 'BOOL', values: Uint8Array.of(1), binary: true },
        { ...output, name: 'b', datatype: 'FP32', values: Float32Array.of(0.1), binary: false },
        { ...output, name: 'c', datatype: 'BYTES', values: ['x'], binary: true },
      ],
    },
    (value) => value.toPrecision(2),
  );
  expect(JSON.parse(text)).toEqual({
    model_name: 'm"',
    model_version: '1',
    id: 'q',
    parameters: { fallback: 'error' },
    outputs: [
      { name: 'a', datatype: 'BOOL', shape: [1], parameters: { binary_data_size: 1 } },
      { name: 'b', datatype: 'FP32', shape: [1], data: [0.1] },
      { name: 'c', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 5 } },
    ],
  });
  expect(binary).toEqual([Uint8Array.of(1), Uint8Array.of(1, 0, 0, 0, 120)]);
});

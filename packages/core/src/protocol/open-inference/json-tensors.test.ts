import { describe, expect, test } from 'vitest';
import type { Datatype } from './datatypes.ts';
import { parseExactJson } from './exact-json.ts';
import { readJsonData, writeJsonData } from './json-tensors.ts';
import type { TensorValues } from './tensor.ts';

const read = (datatype: Datatype, shape: readonly number[], json: string) =>
  readJsonData(
    'x',
    datatype,
    shape,
    shape.reduce((product, size) => product * size, 1),
    parseExactJson(json),
  );

const written = (datatype: Datatype, values: TensorValues, nulls: Uint8Array | null = null) =>
  writeJsonData({ name: 'x', datatype, shape: [values.length], values, nulls }, String);

describe('data is read', () => {
  test.each<[string, Datatype, readonly number[], string, TensorValues]>([
    ['flat', 'FP64', [2, 2], '[1,2,3,4]', Float64Array.of(1, 2, 3, 4)],
    ['nested as its shape says', 'FP64', [2, 2], '[[1,2],[3,4]]', Float64Array.of(1, 2, 3, 4)],
    ['without rows', 'FP32', [0, 2], '[]', new Float32Array(0)],
    ['with rows of nothing', 'FP32', [2, 0], '[[],[]]', new Float32Array(0)],
    ['rounded once', 'FP32', [1], '[0.1]', Float32Array.of(0.1)],
    ['as flags', 'BOOL', [3], '[true,false,1]', Uint8Array.of(1, 0, 1)],
    ['as small integers', 'INT8', [2], '[-128,127]', Int8Array.of(-128, 127)],
    [
      'beyond 2^53, both ways',
      'INT64',
      [2],
      '[9007199254740993,-9223372036854775808]',
      BigInt64Array.of(2n ** 53n + 1n, -(2n ** 63n)),
    ],
    ['to the end of 64 bits', 'UINT64', [2], '[18446744073709551615,7]', BigUint64Array.of(2n ** 64n - 1n, 7n)],
    ['as texts', 'BYTES', [2], '["","é"]', ['', 'é']],
    [
      'as a float with many digits',
      'FP64',
      [1],
      '[12345678901234567890]',
      Float64Array.of(Number('12345678901234567890')),
    ],
  ])('%s', (_, datatype, shape, json, values) => {
    expect(read(datatype, shape, json)).toEqual({ values, nulls: null });
  });

  test('with its nulls told apart', () => {
    expect(read('FP64', [3], '[1,null,3]')).toEqual({
      values: Float64Array.of(1, 0, 3),
      nulls: Uint8Array.of(0, 1, 0),
    });
  });
});

describe('data that contradicts shape or datatype is refused', () => {
  test.each<[string, Datatype, readonly number[], string, RegExp]>([
    ['too few elements', 'FP64', [3], '[1,2]', /2 elements, its shape \[3\] says 3/],
    ['a shape of billions', 'BYTES', [4_000_000_000], '["a"]', /1 elements/],
    ['nested otherwise', 'FP64', [2, 2], '[[1,2,3],[4]]', /3 elements where its shape \[2, 2\] says 2/],
    ['nested too deep', 'FP64', [1], '[[1]]', /nested deeper/],
    ['nested in part', 'FP64', [2, 1], '[[1],2]', /a single value/],
    ['no array', 'FP64', [1], '1', /is 1, not an array/],
    ['a text among numbers', 'FP64', [1], '["1"]', /element 0 is "1"/],
    ['a number among texts', 'BYTES', [1], '[1]', /element 0 is 1/],
    ['a fraction among integers', 'INT32', [1], '[1.5]', /which is no INT32/],
    ['an integer out of range', 'UINT8', [2], '[0,256]', /element 1 is 256/],
    ['one beyond 64 bits', 'INT64', [1], '[9223372036854775808]', /element 0 is 9223372036854775808/],
    ['one whose digits are lost already', 'INT64', [1], '[1e18]', /which is no INT64/],
    ['a number that is no flag', 'BOOL', [1], '[2]', /element 0 is 2/],
    ['a number beyond float32', 'FP32', [1], '[1e39]', /element 0 is 1e\+39/],
    ['halves, which JSON has no form for', 'FP16', [1], '[1]', /no form/],
  ])('%s', (_, datatype, shape, json, message) => {
    const error = expect.objectContaining({ code: 'TENSOR_INVALID', message: expect.stringMatching(message) });
    expect(() => read(datatype, shape, json)).toThrow(error);
  });
});

test('data is written to the last digit, with null where there is none', () => {
  expect(written('INT64', BigInt64Array.of(2n ** 53n + 1n))).toBe('[9007199254740993]');
  expect(written('BOOL', Uint8Array.of(1, 0), Uint8Array.of(0, 1))).toBe('[true,null]');
  expect(written('FP64', Float64Array.of(0.1, Number.NaN), Uint8Array.of(0, 1))).toBe('[0.1,null]');
  expect(written('BYTES', ['a"b'])).toBe('["a\\"b"]');
});

test('a document without long integers is parsed as ever', () => {
  const text = '{"a":[1,2.5,"12345678901234567890",null],"b":{"c":true}}';
  expect(parseExactJson(text)).toEqual(JSON.parse(text));
  expect(parseExactJson('[12345678901234567]')).toEqual([12345678901234567n]);
  expect(parseExactJson('[0.12345678901234567]')).toEqual([Number('0.12345678901234567')]);
});

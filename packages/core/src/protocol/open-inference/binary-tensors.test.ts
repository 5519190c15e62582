import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBinary, writeBinary } from './binary-tensors.ts';
import type { Datatype } from './datatypes.ts';
import type { TensorValues } from './tensor.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Values at the ends of each datatype, and the bytes that they are by the protocol: little-endian. */
const ends: readonly (readonly [Datatype, TensorValues, Uint8Array])[] = [
  ['BOOL', Uint8Array.of(1, 0), bytes(1, 0)],
  ['UINT8', Uint8Array.of(0, 255), bytes(0, 255)],
  ['UINT16', Uint16Array.of(258), bytes(2, 1)],
  ['UINT32', Uint32Array.of(0x01020304), bytes(4, 3, 2, 1)],
  ['UINT64', BigUint64Array.of(2n ** 64n - 1n, 2n ** 53n + 1n), bytes(...Array(8).fill(255), 1, 0, 0, 0, 0, 0, 32, 0)],
  ['INT8', Int8Array.of(-128), bytes(128)],
  ['INT16', Int16Array.of(-2), bytes(254, 255)],
  ['INT32', Int32Array.of(-2), bytes(254, 255, 255, 255)],
  ['INT64', BigInt64Array.of(-(2n ** 63n)), bytes(0, 0, 0, 0, 0, 0, 0, 128)],
  [
    'FP16',
    Float32Array.of(1.5, -2, 65504, Number.POSITIVE_INFINITY, 2 ** -24),
    bytes(0, 62, 0, 192, 255, 123, 0, 124, 1, 0),
  ],
  ['BF16', Float32Array.of(1.5, -2), bytes(192, 63, 0, 192)],
  ['FP32', Float32Array.of(0.1), bytes(205, 204, 204, 61)],
  ['FP64', Float64Array.of(0.1, -0), bytes(154, 153, 153, 153, 153, 153, 185, 63, 0, 0, 0, 0, 0, 0, 0, 128)],
  ['BYTES', ['', 'é'], bytes(0, 0, 0, 0, 2, 0, 0, 0, 195, 169)],
];

test.each(ends)('%s is read and written as the protocol lays it out', (datatype, values, laid) => {
  expect(readBinary('x', datatype, values.length, laid)).toEqual(values);
  expect(writeBinary(datatype, values)).toEqual(laid);
});

test('elements are read wherever in a body they begin', () => {
  const body = bytes(9, 205, 204, 204, 61);
  expect(readBinary('x', 'FP32', 1, body.subarray(1))).toEqual(Float32Array.of(0.1));
});

test('every half comes back from its float, and NaN stays NaN', () => {
  const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00);
  const laid = new Uint8Array(halves.buffer);
  for (const datatype of ['FP16'] as const) {
    expect(writeBinary(datatype, readBinary('x', datatype, halves.length, laid))).toEqual(laid);
  }
  for (const datatype of ['FP16', 'BF16', 'FP32', 'FP64'] as const) {
    const nan = datatype === 'FP64' ? Float64Array.of(Number.NaN) : Float32Array.of(Number.NaN);
    expect(readBinary('x', datatype, 1, writeBinary(datatype, nan))).toEqual(nan);
  }
});

test('a float is rounded to the nearest brain float, ties to even', () => {
  const ulp = 2 ** -7;
  const values = Float32Array.of(1 + ulp / 2, 1 + ulp * 1.5, 1 + ulp * 0.51);
  expect(readBinary('x', 'BF16', 3, writeBinary('BF16', values))).toEqual(Float32Array.of(1, 1 + 2 * ulp, 1 + ulp));
});

test('texts of any kind come back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())), (texts) => {
      expect(readBinary('x', 'BYTES', texts.length, writeBinary('BYTES', texts))).toEqual(texts);
    }),
    { seed: 20261124 },
  );
});

describe('what is malformed is said, and nothing is made of the size that it claims', () => {
  test.each<[string, Datatype, number, Uint8Array, RegExp]>([
    ['too few bytes', 'FP32', 2, bytes(1, 2, 3, 4), /has 4 bytes, but 2 elements of FP32 take 8/],
    ['too many', 'INT16', 1, bytes(1, 2, 3), /has 3 bytes/],
    ['a shape of terabytes', 'FP64', 2 ** 50, bytes(), /has 0 bytes/],
    ['as many texts', 'BYTES', 2 ** 50, bytes(), /too few for/],
    ['a flag that is neither', 'BOOL', 2, bytes(1, 2), /element 1 is 2/],
    ['a text longer than what is left', 'BYTES', 1, bytes(9, 0, 0, 0, 65), /element 0 claims 9 bytes, of which 1/],
    ['a length of 4 GiB', 'BYTES', 1, bytes(255, 255, 255, 255), /claims 4294967295/],
    ['an end within a length', 'BYTES', 2, bytes(4, 0, 0, 0, 65, 65, 65, 65, 1), /ends before element 1/],
    ['bytes behind the last text', 'BYTES', 1, bytes(1, 0, 0, 0, 65, 0), /1 bytes follow/],
    ['a text that is not UTF-8', 'BYTES', 1, bytes(1, 0, 0, 0, 255), /element 0 is not UTF-8/],
  ])('%s', (_, datatype, count, laid, message) => {
    const error = expect.objectContaining({ code: 'TENSOR_INVALID', message: expect.stringMatching(message) });
    expect(() => readBinary('x', datatype, count, laid)).toThrow(error);
  });
});

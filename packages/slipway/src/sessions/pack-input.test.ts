import type { TensorType } from '@slipway/core';
import { describe, expect, test } from 'vitest';
import { packInput } from './pack-input.ts';
import type { InputPlan } from './session-plan.ts';

function oneColumn(type: TensorType, ...values: number[]): unknown {
  const plan: InputPlan = {
    name: 'x',
    type,
    width: 1,
    rowShape: [1],
    oneRow: false,
    parts: [{ feature: 0, column: 0, width: 1 }],
  };
  const rows = values.length;
  return packInput(plan, { rows, columns: [Float64Array.from(values)] }, { from: 0, to: rows, rows });
}

describe('numbers are rounded once to the type of the input', () => {
  test.each([
    ['float32', [0.1, Number.NaN, 1e39], Float32Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY)],
    ['float64', [0.1, Number.NaN, -0], Float64Array.of(0.1, Number.NaN, -0)],
    // 2049 lies between two halves, and goes to the even one; 1 + 2^-11 + 2^-40 would go wrong by way of float32.
    ['float16', [1.5, 2049, 1 + 2 ** -11 + 2 ** -40], Uint16Array.of(0x3e00, 0x6800, 0x3c01)],
    ['int64', [3.9, -3.9, 2 ** 53], BigInt64Array.of(3n, -3n, 2n ** 53n)],
    ['uint64', [0, 2 ** 63], BigUint64Array.of(0n, 2n ** 63n)],
    ['int32', [-(2 ** 31), 7.5], Int32Array.of(-(2 ** 31), 7)],
    ['int16', [-32768, 32767], Int16Array.of(-32768, 32767)],
    ['int8', [-128, 127], Int8Array.of(-128, 127)],
    ['uint32', [0, 2 ** 32 - 1], Uint32Array.of(0, 2 ** 32 - 1)],
    ['uint16', [0, 65535], Uint16Array.of(0, 65535)],
    ['uint8', [-0.5, 255.9], Uint8Array.of(0, 255)],
    ['bool', [0, 1], Uint8Array.of(0, 1)],
  ] as const)('%s', (type, values, expected) => {
    expect(oneColumn(type, ...values)).toEqual(expected);
  });

  test.each([
    ['int64', Number.NaN, 'a missing value'],
    ['int64', 2 ** 63, '9223372036854776000'],
    ['uint64', -1, '-1'],
    ['int32', 2 ** 31, '2147483648'],
    ['int8', 128, '128'],
    ['uint8', -1, '-1'],
    ['bool', 2, '2'],
    ['bool', Number.NaN, 'a missing value'],
  ] as const)('%s refuses %d, as a failure of the model on that row', (type, value, told) => {
    expect(() => oneColumn(type, 1, value)).toThrow(
      expect.objectContaining({
        code: 'MODEL_FAILED',
        message: `The model's input "x" of type ${type} can't hold ${told}.`,
      }),
    );
  });
});

describe('features of one input', () => {
  const batch = {
    rows: 3,
    columns: [Float64Array.of(1, 2, 3), Float64Array.of(10, 11, 20, 21, 30, 31), Float64Array.of(7, 8, 9)],
  };
  const plan: InputPlan = {
    name: 'X',
    type: 'float32',
    width: 4,
    rowShape: [4],
    oneRow: false,
    parts: [
      { feature: 0, column: 3, width: 1 },
      { feature: 1, column: 1, width: 2 },
      { feature: 2, column: 0, width: 1 },
    ],
  };

  test('lie side by side in the columns of their lanes, arrays in a run', () => {
    const all = packInput(plan, batch, { from: 0, to: 3, rows: 3 });
    expect(all).toEqual(Float32Array.of(7, 10, 11, 1, 8, 20, 21, 2, 9, 30, 31, 3));
  });

  test('are cut to the rows of the range', () => {
    const middle = packInput(plan, batch, { from: 1, to: 2, rows: 1 });
    expect(middle).toEqual(Float32Array.of(8, 20, 21, 2));
  });

  test('are filled up with the last row where a call needs more', () => {
    const padded = packInput(plan, batch, { from: 2, to: 3, rows: 3 });
    expect(padded).toEqual(Float32Array.of(9, 30, 31, 3, 9, 30, 31, 3, 9, 30, 31, 3));
  });

  test('of text are filled up too', () => {
    const texts: InputPlan = { ...plan, type: 'string', width: 1, parts: [{ feature: 0, column: 0, width: 1 }] };
    const padded = packInput(texts, { rows: 2, columns: [['a', '']] }, { from: 0, to: 2, rows: 3 });
    expect(padded).toEqual(['a', '', '']);
  });

  test('of text refuse a NUL character, where ONNX Runtime would end the text', () => {
    const texts: InputPlan = { ...plan, type: 'string', width: 1, parts: [{ feature: 0, column: 0, width: 1 }] };
    expect(() => packInput(texts, { rows: 1, columns: [['a\0b']] }, { from: 0, to: 1, rows: 2 })).toThrow(
      'a NUL character',
    );
  });
});

import type { OutputLane } from '@slipway/core';
import { expect, test } from 'vitest';
import { laneReader, outputTable } from './unpack-output.ts';

const scores: OutputLane = { output: 'p', column: 1, type: 'float32', labels: null };
const all = { from: 0, to: 2, rows: 2 };

test('a lane takes its column, and leaves the rows of other ranges alone', () => {
  const target = new Float32Array(4);
  laneReader(scores)(
    outputTable({ dims: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }, 3),
    { from: 1, to: 3, rows: 3 },
    target,
  );
  expect(target).toEqual(Float32Array.of(0, 2, 4, 0));
});

test('64 bit integers become numbers', () => {
  const target = new Float64Array(2);
  laneReader({ ...scores, column: 0, type: 'int64' })(
    outputTable({ dims: [2], data: BigInt64Array.of(5n, -6n) }, 2),
    all,
    target,
  );
  expect(target).toEqual(Float64Array.of(5, -6));
});

test.each([
  ['text', ['no', 'yes'], ['yes', 'no']],
  ['int64', [3, 5], BigInt64Array.of(5n, 3n)],
  ['float32', [3, 5], Float32Array.of(5, 3)],
])('labels of type %s become indexes', (_, labels, data) => {
  const target = new Int32Array(2);
  laneReader({ ...scores, column: 0, labels })(outputTable({ dims: [2, 1], data }, 2), all, target);
  expect(target).toEqual(Int32Array.of(1, 0));
});

test('a label that the graph does not name is a failure of the model', () => {
  const read = laneReader({ ...scores, column: 0, labels: [0, 1] });
  expect(() => read(outputTable({ dims: [2], data: BigInt64Array.of(0n, 2n) }, 2), all, new Int32Array(2))).toThrow(
    expect.objectContaining({
      code: 'MODEL_FAILED',
      message: 'The model answered the label 2, which is none of 0, 1.',
    }),
  );
});

test.each([
  ['no row a row', [3, 2], 6],
  ['too few columns', [2, 1], 2],
  ['a scalar', [], 1],
])('an output with %s is a failure of the model', (_, dims, length) => {
  expect(() =>
    laneReader(scores)(outputTable({ dims, data: new Float32Array(length) }, 2), all, new Float32Array(2)),
  ).toThrow(expect.objectContaining({ code: 'MODEL_FAILED', where: 'output p' }));
});

test('a shape that the contract expects is asked of each lane of its own', () => {
  const table = outputTable({ dims: [2, 3], data: new Float32Array(6) }, 2);
  laneReader({ ...scores, shape: [3] })(table, all, new Float32Array(2));
  expect(() => laneReader({ ...scores, shape: [2] })(table, all, new Float32Array(2))).toThrow(
    "the model's output has shape [2, 3]; [2] a row was wanted",
  );
});

test('where a call is one row, all values are of that row', () => {
  const target = new Float32Array(1);
  const table = outputTable({ dims: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }, 1, true);
  laneReader({ ...scores, column: 5, shape: [3, 2] })(table, { from: 0, to: 1, rows: 1 }, target);
  expect(target).toEqual(Float32Array.of(6));
});

import {
  bindContract,
  createPredictor,
  type Datatype,
  parseLaunch,
  type Tensor,
  type TensorValues,
} from '@slipway/core';
import { sumSession } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import type { OnlineModel } from '../ports.ts';
import { readTensorRows } from './tensor-rows.ts';

const head = 'slipway: 1\nmodel: every-kind\nversion: 1.0.0\nartifact: model.onnx\n';
const output = 'output: { score: { type: number, from: scores } }\nonline: { records: 4 }\n';
const everyKind = `${head}input:
  count: { type: integer, minimum: 0 }
  share: { type: number, missing: null }
  isNew: { type: boolean }
  plan: { type: string, enum: [basic, pro], missing: basic }
  image: { type: array, shape: [2, 2] }
unit: id
context: [cohort]
${output}`;
const flat = `${head}input:
  count: { type: integer, minimum: 0 }
  share: { type: number, missing: null }
  isNew: { type: boolean }
${output}`;

const score = { name: 'scores', type: 'float32', shape: [null, 1], width: 1, classes: null, isLabel: false } as const;
const input = (name: string, type: 'float32' | 'int64' | 'bool' | 'string', ...row: number[]) => ({
  name,
  type,
  shape: [null, ...row],
});

/** A model of a contract whose graph has these inputs. */
function modelOf(text: string, inputs: readonly ReturnType<typeof input>[]): OnlineModel {
  const launch = parseLaunch(text, 'launch.yaml');
  const session = sumSession(bindContract(launch.input, launch.output, { inputs, outputs: [score] }), {
    score: () => 0,
  });
  const clock = { wallMs: () => 0, monotonicMs: () => 0 };
  const predictor = createPredictor({ launch, session, clock, newId: () => 'id', sink: null });
  return { launch, artifact: { digest: '' }, engine: { reason: '' }, predictor, close: async () => {} };
}

const separate = modelOf(everyKind, [
  input('count', 'int64', 1),
  input('share', 'float32', 1),
  input('isNew', 'bool', 1),
  input('plan', 'string', 1),
  input('image', 'float32', 2, 2),
]);
const matrix = modelOf(flat, [input('X', 'float32', 3)]);

function tensor(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  values: TensorValues,
  nulls: Uint8Array | null = null,
): Tensor {
  return { name, datatype, shape, values, nulls };
}

const row = {
  count: tensor('count', 'INT64', [1], BigInt64Array.of(7n)),
  isNew: tensor('isNew', 'BOOL', [1], Uint8Array.of(1)),
  image: tensor('image', 'FP32', [1, 2, 2], Float32Array.of(1, 2, 3, 4)),
};
const rowOf = (...inputs: Tensor[]) => readTensorRows(separate, inputs).record(0);

describe('one tensor a feature', () => {
  test('is read as the record of its values; what may be missing may be absent', () => {
    expect(rowOf(...Object.values(row))).toEqual({ count: 7, isNew: true, image: [1, 2, 3, 4] });
  });

  test.each<[string, Tensor, object]>([
    ['a column', tensor('share', 'FP16', [1, 1], Float32Array.of(0.5)), { share: 0.5 }],
    ['a NaN, which is missing', tensor('share', 'FP32', [1], Float32Array.of(Number.NaN)), {}],
    ['a null', tensor('share', 'FP64', [1], Float64Array.of(0), Uint8Array.of(1)), {}],
    [
      'an infinity, which the contract will refuse',
      tensor('share', 'FP64', [1], Float64Array.of(Number.NEGATIVE_INFINITY)),
      { share: Number.NEGATIVE_INFINITY },
    ],
    ['a text', tensor('plan', 'BYTES', [1], ['pro']), { plan: 'pro' }],
    ['a text that is null', tensor('plan', 'BYTES', [1], [''], Uint8Array.of(1)), {}],
    [
      'the unit, to the last digit',
      tensor('id', 'UINT64', [1], BigUint64Array.of(2n ** 53n + 1n)),
      { id: '9007199254740993' },
    ],
    ['the context', tensor('cohort', 'BOOL', [1], Uint8Array.of(0)), { cohort: false }],
  ])('%s', (_, more, wanted) => {
    expect(rowOf(...Object.values(row), more)).toEqual({ count: 7, isNew: true, image: [1, 2, 3, 4], ...wanted });
  });

  test('an array may be flat', () => {
    const image = tensor('image', 'INT8', [1, 4], Int8Array.of(1, 2, 3, 4));
    expect(rowOf(row.count, row.isNew, image).image).toEqual([1, 2, 3, 4]);
  });
});

describe("the inputs of the model's own graph", () => {
  test('hold the features side by side, in one datatype that has room for all', () => {
    const X = tensor('X', 'FP32', [2, 3], Float32Array.of(7, 0.5, 1, 8, Number.NaN, 0));
    const rows = readTensorRows(matrix, [X]);
    expect(rows.rows).toBe(2);
    expect(rows.record(0)).toEqual({ count: 7, share: 0.5, isNew: true });
    expect(rows.record(1)).toEqual({ count: 8, isNew: false });
  });

  test('what is no flag stays a number, and breaks the rule that it has to', () => {
    const X = tensor('X', 'FP32', [1, 3], Float32Array.of(7, 0.5, 2));
    expect(readTensorRows(matrix, [X]).record(0).isNew).toBe(2);
  });
});

describe('tensors that do not fit the contract are refused', () => {
  const { count, isNew, image } = row;
  test.each<[string, OnlineModel, readonly Tensor[], string, RegExp]>([
    ['none', separate, [], 'INFER_REQUEST_INVALID', /`inputs` is empty/],
    ['without a feature that is needed', separate, [count, image], 'TENSOR_INVALID', /holds the feature "isNew"/],
    [
      'of a name that is not known',
      separate,
      [tensor('counts', 'INT64', [1], count.values)],
      'TENSOR_INVALID',
      /"counts" the model knows nothing/,
    ],
    ['twice', separate, [count, count], 'TENSOR_INVALID', /there are two/],
    [
      'a feature in two tensors',
      matrix,
      [count, tensor('X', 'FP32', [1, 3], new Float32Array(3))],
      'TENSOR_INVALID',
      /which another tensor holds too/,
    ],
    [
      'of other rows',
      separate,
      [count, tensor('isNew', 'BOOL', [2], Uint8Array.of(1, 0))],
      'TENSOR_INVALID',
      /there are 2 rows, but 1 of "count"/,
    ],
    [
      'of more rows than are allowed',
      separate,
      [tensor('isNew', 'BOOL', [5], new Uint8Array(5))],
      'RECORDS_TOO_MANY',
      /5 rows; 4/,
    ],
    [
      'a matrix of other columns',
      matrix,
      [tensor('X', 'FP32', [1, 4], new Float32Array(4))],
      'TENSOR_INVALID',
      /3 values a row/,
    ],
    [
      'an array of another shape',
      separate,
      [tensor('image', 'FP32', [1, 4, 1], new Float32Array(4))],
      'TENSOR_INVALID',
      /takes \[rows, 2, 2\] or \[rows, 4\]/,
    ],
    ['a scalar', separate, [tensor('count', 'INT64', [], count.values)], 'TENSOR_INVALID', /shape is \[\]/],
    ['a text for a number', separate, [tensor('share', 'BYTES', [1], ['1'])], 'TENSOR_INVALID', /takes a number/],
    ['a flag for a number', separate, [tensor('share', 'BOOL', [1], isNew.values)], 'TENSOR_INVALID', /takes a number/],
    ['a number for a flag', separate, [tensor('isNew', 'INT8', [1], Int8Array.of(1))], 'TENSOR_INVALID', /takes BOOL/],
    ['a number for a text', separate, [tensor('plan', 'INT8', [1], Int8Array.of(1))], 'TENSOR_INVALID', /takes BYTES/],
    [
      'an integer that no double holds',
      separate,
      [tensor('share', 'INT64', [1], BigInt64Array.of(2n ** 53n + 1n))],
      'TENSOR_INVALID',
      /9007199254740993/,
    ],
    [
      'an endless context',
      separate,
      [tensor('cohort', 'FP64', [1], Float64Array.of(Number.POSITIVE_INFINITY))],
      'TENSOR_INVALID',
      /not a finite number/,
    ],
  ])('%s', (_, model, inputs, code, message) => {
    const error = expect.objectContaining({ code, message: expect.stringMatching(message) });
    expect(() => readTensorRows(model, inputs)).toThrow(error);
  });
});

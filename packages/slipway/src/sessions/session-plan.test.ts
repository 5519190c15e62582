import { encodeModel, type OnnxModel, type TensorType } from '@slipway/core';
import { linearRegressorModel, logisticModel, modelOf, node, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { planSession, type SessionPlan } from './session-plan.ts';

type Shape = readonly (number | string | null)[];

function planOf(shapes: readonly Shape[], width = 1, type: TensorType = 'float32'): SessionPlan {
  const model = modelOf('shapes', {
    nodes: [
      node(
        'Sum',
        shapes.map((_, index) => `x${index}`),
        ['y'],
      ),
    ],
    inputs: shapes.map((shape, index) => value(`x${index}`, type, shape)),
    outputs: [value('y', type, [null])],
  });
  const inputs = shapes.map((_, index) => ({ input: `x${index}`, type, column: 0, width }));
  return planSession({ bytes: encodeModel(model), model, binding: { inputs, outputs: [] } });
}

describe('the file for ONNX Runtime', () => {
  const plan = (model: OnnxModel, bytes: Uint8Array) => planSession({ bytes, model, binding: wholeBinding(model) });

  test('is the artifact itself where it has no ZipMap', () => {
    const bytes = encodeModel(linearRegressorModel());
    expect(plan(linearRegressorModel(), bytes).bytes).toBe(bytes);
  });

  test('is written again without ZipMap', () => {
    const bytes = encodeModel(logisticModel());
    expect(plan(logisticModel(), bytes).bytes).not.toEqual(bytes);
  });
});

describe('the shape of a row', () => {
  test.each<[string, Shape, number, readonly number[] | null]>([
    ['a matrix', [null, 4], 4, [4]],
    ['a matrix of any width', ['N', 'F'], 4, [4]],
    ['a column', [null, 1], 1, [1]],
    ['a list of rows', ['N'], 1, []],
    ['a scalar', [], 1, []],
    ['an array', [null, 2, 3], 6, [2, 3]],
    ['an array with one open size', [null, 2, null], 6, [2, 3]],
    ['one value in open sizes', [null, null, null], 1, [1, 1]],
  ])('of %s', (_, shape, width, expected) => {
    expect(planOf([shape], width).inputs[0]).toMatchObject({ width, rowShape: expected });
  });

  test.each<[string, Shape, number]>([
    ['two open sizes', [null, null, null], 6],
    ['another width', [null, 5], 4],
    ['no whole rest', [null, 4, null], 6],
  ])('that %s leave unclear is refused', (_, shape, width) => {
    expect(() => planOf([shape], width)).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_UNSUPPORTED',
        where: 'input x0',
        message: expect.stringContaining(`A row of ${width}`),
      }),
    );
  });
});

describe('rows a call', () => {
  test.each<[string, readonly Shape[], number, number]>([
    [
      'are free unless an input fixes them',
      [
        ['N', 1],
        [null, 1],
      ],
      2,
      4096,
    ],
    [
      'are one where an input says so',
      [
        [1, 1],
        [null, 1],
      ],
      1,
      1,
    ],
    ['are as many as an input says', [[8, 1]], 8, 8],
    ['are one for an input without rows', [[]], 1, 1],
  ])('%s', (_, shapes, rowsMin, rowsMax) => {
    const plan = planOf(shapes);
    expect(plan.calls).toMatchObject({ rowsMin, rowsMax });
    expect(plan.oneRow).toBe(rowsMax === 1);
  });

  test('are fewer where a row is large, so that a call has a million values at most', () => {
    expect(planOf([[null, 2048]], 2048).calls).toMatchObject({ rowsMin: 2, rowsMax: 512 });
    expect(planOf([[null, 3, 224, 224]], 3 * 224 * 224).calls).toMatchObject({ rowsMin: 1, rowsMax: 6 });
    expect(planOf([[null, 3_000_000]], 3_000_000).calls).toMatchObject({ rowsMin: 2, rowsMax: 2 });
  });

  test('may be one where a row costs much: pictures, and lists of token ids', () => {
    expect(planOf([[null, 3, 8, 8]], 192).calls).toMatchObject({ rowsMin: 1, rowsPerWorker: 1 });
    expect(planOf([[null, 128]], 128, 'int64').calls).toMatchObject({ rowsMin: 1, rowsPerWorker: 1 });
  });

  test('must be the same for all inputs that fix them', () => {
    expect(() =>
      planOf([
        [2, 1],
        [3, 1],
      ]),
    ).toThrow('different numbers of rows: 2, 3');
  });
});

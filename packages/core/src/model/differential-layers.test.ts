import {
  type AttributeValue,
  floatTensor,
  int64Tensor,
  modelOf,
  node,
  Random,
  randomBatch,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { lower } from './lower/lower.ts';
import type { OnnxModel, OnnxTensor } from './onnx/index.ts';
import type { FeatureBatch, TensorType } from './session.ts';

async function differenceOf(model: OnnxModel, batch: FeatureBatch): Promise<number> {
  const agreement = await agreementOf(model, batch);
  if (agreement === null) throw new Error('the model is refused');
  expect(agreement.rowsAgree).toBe(true);
  return agreement.differenceMax;
}

function batchFor(model: OnnxModel, seed: number, rows = 100): FeatureBatch {
  return randomBatch(wholeBinding(model), new Random(seed), { rows });
}

/** A layer or a head by itself over `X` of 4 columns, or other sizes. */
function single(
  op: string,
  options: {
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
    readonly inputs?: readonly string[];
    readonly tensors?: readonly OnnxTensor[];
    readonly shape?: readonly (number | null)[];
    readonly out?: readonly (number | null)[];
    readonly opset?: number;
    readonly type?: TensorType;
  },
): OnnxModel {
  const { attributes = {}, inputs = ['X'], tensors = [], shape = [null, 4], opset = 15, type = 'float32' } = options;
  // The oracle takes and gives tables: other sizes are made of them and back.
  const columns = (sizes: readonly (number | null)[]) =>
    sizes.slice(1).reduce<number>((all, size) => all * (size ?? 1), 1);
  const deep = shape.length > 2;
  const out = options.out ?? shape;
  const single = node(op, deep ? ['x', ...inputs.slice(1)] : inputs, ['z'], attributes);
  const model = modelOf('single', {
    nodes: [
      ...(deep ? [node('Reshape', ['X', 'sizes'], ['x'])] : []),
      single,
      deep ? node('Flatten', ['z'], ['y']) : node('Identity', ['z'], ['y']),
    ],
    initializers: [...tensors, int64Tensor('sizes', [shape.length], [-1, ...shape.slice(1).map(Number)])],
    inputs: [value('X', type, [null, columns(shape)])],
    outputs: [value('y', type, out.length > 1 ? [null, columns(out)] : out)],
  });
  return { ...model, opsets: new Map([['', opset]]) };
}

function numbers(name: string, dims: readonly number[], seed = 1): OnnxTensor {
  const random = new Random(seed);
  const length = dims.reduce((product, size) => product * size, 1);
  return floatTensor(
    name,
    dims,
    Array.from({ length }, () => random.normal()),
  );
}

describe('Gemm', () => {
  test.each([
    ['as it is', {}, [4, 3], [3]],
    ['transB', { transB: { int: 1 } }, [3, 4], [3]],
    ['alpha and beta', { alpha: { float: 0.3 }, beta: { float: -1.7 } }, [4, 3], [3]],
    ['beta alone', { beta: { float: 0.1 } }, [4, 3], [1, 3]],
    ['one number for C', {}, [4, 3], [1]],
    ['a C without sizes', {}, [4, 3], []],
  ] as const)('%s', async (_, attributes, dims, bias) => {
    const tensors = [numbers('B', dims), numbers('C', bias, 2)];
    const model = single('Gemm', { attributes, inputs: ['X', 'B', 'C'], tensors, out: [null, 3] });
    expect(await differenceOf(model, batchFor(model, 3))).toBeLessThan(2e-6);
  });

  test('without C, and with the rows for C', async () => {
    const without = single('Gemm', { inputs: ['X', 'B'], tensors: [numbers('B', [4, 3])], out: [null, 3] });
    expect(await differenceOf(without, batchFor(without, 3))).toBeLessThan(2e-6);
    const rows = single('Gemm', { inputs: ['X', 'B', 'X'], tensors: [numbers('B', [4, 4])] });
    expect(await differenceOf(rows, batchFor(rows, 3))).toBeLessThan(2e-6);
  });

  test('is refused where it would mix rows', () => {
    for (const parts of [
      { attributes: { transA: { int: 1 } }, inputs: ['X', 'B'], tensors: [numbers('B', [4, 3])] },
      { inputs: ['X', 'X'], tensors: [] },
      { inputs: ['X', 'B', 'C'], tensors: [numbers('B', [4, 3]), numbers('C', [5, 3])] },
    ]) {
      const model = single('Gemm', { ...parts, out: [null, 3] });
      expect(lower(model, wholeBinding(model))).toMatchObject({ kind: 'refused', op: 'Gemm' });
    }
  });
});

describe('MatMul', () => {
  test.each([
    ['a table with a matrix', [null, 4], [4, 3], [null, 3]],
    ['a table with a vector', [null, 4], [4], [null]],
    ['several vectors a row', [null, 3, 4], [4, 2], [null, 3, 2]],
  ] as const)('%s', async (_, shape, dims, out) => {
    const model = single('MatMul', { inputs: ['X', 'W'], tensors: [numbers('W', dims)], shape, out });
    expect(await differenceOf(model, batchFor(model, 4))).toBeLessThan(2e-6);
  });

  test('of a matrix with a table on its side', async () => {
    const nodes = [
      node('Transpose', ['X'], ['t'], { perm: { ints: [1, 0] } }),
      node('MatMul', ['W', 't'], ['z']),
      node('Transpose', ['z'], ['y'], { perm: { ints: [1, 0] } }),
    ];
    const model = modelOf('side', {
      nodes,
      initializers: [numbers('W', [3, 4])],
      inputs: [value('X', 'float32', [null, 4])],
      outputs: [value('y', 'float32', [null, 3])],
    });
    expect(await differenceOf(model, batchFor(model, 4))).toBeLessThan(2e-6);
  });
});

describe('softmax', () => {
  test.each([
    ['along the last size', 13, {}, [null, 3, 4]],
    ['along a size in the middle', 13, { axis: { int: 1 } }, [null, 3, 4]],
    ['counted from the end', 13, { axis: { int: -2 } }, [null, 3, 4]],
    ['over all sizes from 1 on, before opset 13', 11, {}, [null, 3, 4]],
    ['over all sizes from 2 on, before opset 13', 12, { axis: { int: 2 } }, [null, 3, 4]],
  ] as const)('%s', async (_, opset, attributes, shape) => {
    for (const op of ['Softmax', 'LogSoftmax']) {
      for (const type of ['float32', 'float64'] as const) {
        const model = single(op, { opset, attributes, shape, type });
        expect(await differenceOf(model, batchFor(model, 5)), `${op} ${type}`).toBeLessThan(
          type === 'float32' ? 2e-6 : 1e-14,
        );
      }
    }
  });

  test('over the rows is refused', () => {
    const model = single('Softmax', { attributes: { axis: { int: 0 } } });
    expect(lower(model, wholeBinding(model))).toMatchObject({ kind: 'refused', reason: 'it sums over the rows' });
  });
});

import { floatTensor, int64Tensor, modelOf, node, Random, randomBatch, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { expectAgreement, type OneNode, type Operand, outcomeOf, valuesOf } from './fixtures/one-node.ts';
import { lower } from './lower/lower.ts';
import type { NumberType } from './lower/tensor.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx/index.ts';

// Operators that take values apart and put them together, against ONNX Runtime: they cost no step, so that a wrong
// place is the only way to be wrong.

const types: readonly NumberType[] = ['float32', 'float64', 'int64', 'int32', 'bool'];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

function shape(random: Random): (number | null)[] {
  return [null, ...Array.from({ length: 1 + random.integer(3) }, () => 1 + random.integer(4))];
}

function given(random: Random, dims: readonly (number | null)[], type: NumberType = random.pick(types)): Operand {
  return { type, dims, values: valuesOf(type, random) };
}

function integers(values: readonly number[], type: 'int64' | 'int32' = 'int64'): Operand {
  return { type, dims: [values.length], values: values.length === 0 ? [0] : values };
}

async function forSeeds(make: (random: Random) => OneNode): Promise<void> {
  for (const seed of seeds) {
    const random = new Random(seed);
    await expectAgreement(make(random), random, 0);
  }
}

test('Slice with steps of both signs, ends beyond the sizes and negative axes', async () => {
  await forSeeds((random) => {
    const dims = shape(random);
    const axis = 1 + random.integer(dims.length - 1);
    const step = random.pick([1, 2, -1, -2]);
    const size = Number(dims[axis]);
    const [start, end] = step > 0 ? [random.integer(size) - size, 2 ** 40] : [size + 3, -size - 1 - random.integer(2)];
    const axes = integers([random.pick([axis, axis - dims.length])]);
    return {
      op: 'Slice',
      opset: random.pick([10, 11, 13]),
      operands: [given(random, dims), integers([start]), integers([end]), axes, integers([step])],
    };
  });
  await forSeeds((random) => ({
    op: 'Slice',
    opset: 9,
    operands: [given(random, [null, 4, 3])],
    attributes: { starts: { ints: [0, 1] }, ends: { ints: [3, -1] }, axes: { ints: [1, 2] } },
  }));
});

test('Split into equal parts, into sizes as attribute and as input, and into uneven ones', async () => {
  await forSeeds((random) => ({
    op: 'Split',
    opset: random.pick([11, 13]),
    operands: [given(random, [null, 6, 2])],
    attributes: { axis: { int: random.pick([1, -2]) } },
    outputs: random.pick([1, 2, 3]),
  }));
  await forSeeds((random) => ({
    op: 'Split',
    opset: 11,
    operands: [given(random, [null, 5])],
    attributes: { axis: { int: 1 }, split: { ints: [2, 3] } },
    outputs: 2,
  }));
  await forSeeds((random) => {
    const x = given(random, [null, 5]);
    const axis = { int: 1 };
    return random.next() < 0.5
      ? { op: 'Split', opset: 18, operands: [x, integers([1, 1, 3])], attributes: { axis }, outputs: 3 }
      : { op: 'Split', opset: 18, operands: [x], attributes: { axis, num_outputs: { int: 3 } }, outputs: 3 };
  });
});

test('Gather by constant indexes of every rank, from both ends', async () => {
  await forSeeds((random) => {
    const dims = shape(random);
    const axis = 1 + random.integer(dims.length - 1);
    const size = Number(dims[axis]);
    const rank = random.integer(3);
    const indexes: Operand = {
      type: random.pick(['int64', 'int32'] as const),
      dims: [2, 3].slice(0, rank),
      values: Array.from({ length: 6 }, () => random.integer(2 * size) - size),
    };
    const attributes = { axis: { int: random.pick([axis, axis - dims.length]) } };
    return { op: 'Gather', opset: 13, operands: [given(random, dims), indexes], attributes };
  });
});

test('Gather by an index of the row: from a table, from labels, and among lanes', async () => {
  await forSeeds((random) => {
    const index: Operand = { type: 'int64', dims: [null, 2], values: [0, 1, 2, -1, -3] };
    const table: Operand = { type: random.pick(types), dims: [3, 2], values: [1, 0, 1, 1, 0, 0] };
    return { op: 'Gather', opset: 13, operands: [table, index], attributes: { axis: { int: 0 } } };
  });
  await forSeeds((random) => {
    const index: Operand = { type: 'int64', dims: [null, 3, 1], values: [0, 1, 2, -1, -3] };
    const attributes = { axis: { int: 1 } };
    return { op: 'GatherElements', opset: 13, operands: [given(random, [null, 3, 1]), index], attributes };
  });
});

test('Transpose, Squeeze, Unsqueeze, Flatten and Tile of sizes behind the rows', async () => {
  await forSeeds((random) => ({
    op: 'Transpose',
    opset: 13,
    operands: [given(random, [null, 2, 3, 4])],
    attributes: {
      perm: {
        ints: random.pick([
          [0, 2, 1, 3],
          [0, 3, 2, 1],
          [0, 3, 1, 2],
          [0, 1, 2, 3],
        ]),
      },
    },
  }));
  await forSeeds((random) => {
    const x = given(random, [null, 1, 3, 1]);
    const axes = random.pick([[1], [-1], [1, 3], [-3, -1]]);
    return random.next() < 0.5
      ? { op: 'Squeeze', opset: 13, operands: [x, integers(axes)] }
      : { op: 'Squeeze', opset: 11, operands: [x], attributes: { axes: { ints: axes } } };
  });
  await forSeeds((random) => {
    const x = given(random, [null, 3]);
    const axes = random.pick([[1], [-1], [3, 1], [-1, -2]]);
    return random.next() < 0.5
      ? { op: 'Unsqueeze', opset: 13, operands: [x, integers(axes)] }
      : { op: 'Unsqueeze', opset: 11, operands: [x], attributes: { axes: { ints: axes } } };
  });
  await forSeeds((random) => ({
    op: 'Tile',
    opset: 13,
    operands: [given(random, [null, 2, 3]), integers([1, 1 + random.integer(3), 1 + random.integer(2)])],
  }));
  await forSeeds((random) => ({
    op: 'Flatten',
    opset: 13,
    operands: [given(random, [null, 2, 3])],
    attributes: { axis: { int: random.pick([1, -2]) } },
  }));
});

test('Expand to sizes that are larger or have more of them', async () => {
  await forSeeds((random) => ({
    op: 'Expand',
    opset: 13,
    operands: [
      given(random, [null, 1, 3]),
      integers(
        random.pick([
          [4, 1],
          [2, 3],
          [1, 5, 3],
          [1, 1, 1],
        ]),
      ),
    ],
  }));
});

test('Dropout and CastLike when a model is used', async () => {
  await forSeeds((random) => ({
    op: 'Dropout',
    opset: random.pick([10, 13]),
    operands: [given(random, [null, 3], 'float32')],
    outputs: 2,
  }));
  await forSeeds((random) => ({
    op: 'CastLike',
    opset: 15,
    operands: [given(random, [null, 3]), { type: random.pick(types), dims: [1], values: [1] }],
  }));
});

/** A graph over one matrix `X` of 6 columns, with its last value as output of the given type and width. */
function chain(
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxTensor[],
  { type = 'float32' as NumberType, width = 6 } = {},
): OnnxModel {
  return modelOf('chain', {
    nodes,
    inputs: [value('X', 'float32', [null, 6])],
    outputs: [value('y', type, [null, width])],
    initializers,
  });
}

async function expectEqual(model: OnnxModel): Promise<void> {
  const lowering = lower(model, wholeBinding(model));
  expect(lowering.kind === 'refused' ? lowering : 'compiled').toBe('compiled');
  const agreement = await agreementOf(model, randomBatch(wholeBinding(model), new Random(1), { rows: 30 }));
  expect(agreement?.bitEqual, agreement?.first).toBe(agreement?.values);
  expect(agreement?.rowsAgree).toBe(true);
}

describe('graphs', () => {
  test('sizes that are computed from the input carry the number of rows', async () => {
    await expectEqual(
      chain(
        [
          node('Shape', ['X'], ['shape']),
          node('Gather', ['shape', 'zero'], ['count'], { axis: { int: 0 } }),
          node('Unsqueeze', ['count', 'zeros'], ['counts']),
          node('Constant', [], ['rest'], { value_ints: { ints: [2, 3] } }),
          node('Concat', ['counts', 'rest'], ['sizes'], { axis: { int: 0 } }),
          node('Reshape', ['X', 'sizes'], ['cube']),
          node('Slice', ['shape', 'zeros', 'ones'], ['first']),
          node('Concat', ['first', 'minus'], ['back'], { axis: { int: 0 } }),
          node('Reshape', ['cube', 'back'], ['flat']),
          node('ConstantOfShape', ['shape'], ['halves'], { value: { tensor: floatTensor('v', [1], [0.5]) } }),
          node('Add', ['flat', 'halves'], ['y']),
        ],
        [
          int64Tensor('zero', [], [0]),
          int64Tensor('zeros', [1], [0]),
          int64Tensor('ones', [1], [1]),
          int64Tensor('minus', [1], [-1]),
        ],
      ),
    );
  });

  test('rows that are moved come back before the output', async () => {
    await expectEqual(
      chain(
        [
          node('Transpose', ['X'], ['turned'], { perm: { ints: [1, 0] } }),
          node('Mul', ['turned', 'column'], ['scaled']),
          node('Slice', ['scaled', 'one', 'five', 'axis'], ['cut']),
          node('ReduceMax', ['cut'], ['most'], { axes: { ints: [0] }, keepdims: { int: 1 } }),
          node('Sub', ['cut', 'most'], ['less']),
          node('Transpose', ['less'], ['y']),
        ],
        [
          floatTensor('column', [6, 1], [1, -2, 3, 0.5, -0.25, 7]),
          int64Tensor('one', [1], [1]),
          int64Tensor('five', [1], [5]),
          int64Tensor('axis', [1], [0]),
        ],
        { width: 4 },
      ),
    );
  });

  test('Expand to the shape of another value', async () => {
    await expectEqual(
      chain(
        [
          node('Shape', ['X'], ['shape']),
          node('Constant', [], ['three'], { value_float: { float: 3 } }),
          node('Expand', ['three', 'shape'], ['threes']),
          node('Shape', ['X'], ['tail'], { start: { int: 1 } }),
          node('Cast', ['tail'], ['six'], { to: { int: 1 } }),
          node('Div', ['X', 'six'], ['sixth']),
          node('Max', ['sixth', 'threes', 'X'], ['y']),
        ],
        [],
      ),
    );
  });
});

describe('what would mix or count rows is refused', () => {
  const x: Operand = { type: 'float32', dims: [null, 3], values: [1, 2, 3] };
  const zero = integers([0]);
  test.each<[string, OneNode, RegExp]>([
    ['a slice of rows', { op: 'Slice', opset: 13, operands: [x, zero, integers([2]), zero] }, /some of the rows/],
    ['a gather of rows', { op: 'Gather', opset: 13, operands: [x, zero] }, /picks rows/],
    ['a split of rows', { op: 'Split', opset: 13, operands: [x], outputs: 2 }, /splits the rows/],
    ['repeated rows', { op: 'Tile', opset: 13, operands: [x, integers([2, 1])] }, /repeats rows/],
    ['rows in a place behind', { op: 'Transpose', opset: 13, operands: [x] }, /first size/],
    ['the largest row', { op: 'ArgMax', opset: 13, operands: [x] }, /compares rows/],
    ['sums over rows', { op: 'CumSum', opset: 14, operands: [x, integers([0])] }, /sums over the rows/],
    [
      'a single row that would lose its size',
      { op: 'Squeeze', opset: 13, operands: [{ ...x, dims: [null, 1] }] },
      /a single row would lose its size/,
    ],
  ])('%s', async (_, one, reason) => {
    // As many rows as columns: to ONNX Runtime these are good models.
    const outcome = await outcomeOf(one, new Random(1), 4);
    expect(outcome.kind).toBe('refused');
    expect(outcome.kind === 'refused' ? outcome.reason : '').toMatch(reason);
  });
});

import { type AttributeValue, Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { expectAgreement, type OneNode, type Operand, outcomeOf, valuesOf } from './fixtures/one-node.ts';
import type { NumberType } from './lower/tensor.ts';

// Operators along a size against ONNX Runtime: every type, random shapes, axes from both ends, sizes kept and dropped.

const floats: readonly NumberType[] = ['float32', 'float64'];
const numbers: readonly NumberType[] = ['float32', 'float64', 'int64', 'int32'];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** Rows and one to three sizes of 1 to 6. */
function shape(random: Random): (number | null)[] {
  return [null, ...Array.from({ length: 1 + random.integer(3) }, () => 1 + random.integer(6))];
}

/** Ordinary numbers, that no sum of a few of them leaves. */
function ordinary(type: NumberType, random: Random): readonly number[] {
  const values = Array.from({ length: 40 }, () => random.normal() * 3);
  if (type === 'float64') return values;
  return type === 'float32' ? values.map(Math.fround) : values.map((value) => Math.round(value) + 0);
}

function indexes(values: readonly number[]): Operand {
  return { type: 'int64', dims: [values.length], values: values.length === 0 ? [0] : values };
}

/** Some axes behind the rows, counted from the front or from the back. */
function someAxes(random: Random, rank: number): number[] {
  const all = Array.from({ length: rank - 1 }, (_, axis) => axis + 1);
  const kept = all.filter(() => random.next() < 0.6);
  const axes = kept.length > 0 ? kept : [rank - 1];
  return axes.map((axis) => (random.next() < 0.5 ? axis : axis - rank));
}

/** A reduction as it is written in `opset`: axes as an attribute, or as an input. */
function reduceNode(op: string, opset: number, operand: Operand, axes: readonly number[], keep: number): OneNode {
  const asInput = opset >= (op === 'ReduceSum' ? 13 : 18);
  const attributes: Record<string, AttributeValue> = { keepdims: { int: keep } };
  if (asInput) return { op, opset, operands: [operand, indexes(axes)], attributes };
  return { op, opset, operands: [operand], attributes: { ...attributes, axes: { ints: axes } } };
}

describe('reductions', () => {
  const rounding = [
    ...['Sum', 'Mean', 'SumSquare', 'LogSumExp', 'L1', 'L2'].flatMap((fn) => floats.map((type) => ({ fn, type }))),
    { fn: 'Prod', type: 'float32' as const },
    { fn: 'LogSum', type: 'float32' as const },
  ];
  // Two orders of a float32 sum of 216 such numbers lie within 1e-5 of each other.
  test.each(rounding)('Reduce$fn of $type goes from the first to the last', async ({ fn, type }) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const dims = shape(random);
      const operand = { type, dims, values: ordinary(type, random).map(fn === 'LogSum' ? Math.abs : (value) => value) };
      const opset = random.pick([9, 11, 13, 18]);
      const given = reduceNode(`Reduce${fn}`, opset, operand, someAxes(random, dims.length), seed % 2);
      const outcome = await outcomeOf(given, new Random(seed), 4);
      // Some of these have no float64 in ONNX Runtime, or only from a later opset on.
      if (outcome.kind === 'no oracle' && type === 'float64') continue;
      await expectAgreement(given, random, type === 'float32' ? 1e-5 : 1e-12);
    }
  });

  test.each(['Max', 'Min'].flatMap((fn) => numbers.map((type) => ({ fn, type }))))(
    'Reduce$fn of $type is equal in every bit',
    async ({ fn, type }) => {
      for (const seed of seeds) {
        const random = new Random(seed);
        const dims = shape(random);
        const operand = { type, dims, values: valuesOf(type, random).filter((value) => !Number.isNaN(value)) };
        const opset = type === 'int64' || type === 'int32' ? 18 : random.pick([11, 13, 18]);
        const given = reduceNode(`Reduce${fn}`, opset, operand, someAxes(random, dims.length), seed % 2);
        // A zero of either sign may come of zeros of both.
        await expectAgreement(given, random, 1e-300);
      }
    },
  );

  test('of all sizes, of none, and of integers that cannot grow beyond their type', async () => {
    const random = new Random(1);
    const operand: Operand = { type: 'float32', dims: [3, 2], values: ordinary('float32', random) };
    const rows: Operand = { type: 'float32', dims: [null, 3, 2], values: ordinary('float32', random) };
    const nothing = { noop_with_empty_axes: { int: 1 } };
    await expectAgreement({ op: 'ReduceSum', opset: 13, operands: [rows], attributes: nothing }, random, 0);
    await expectAgreement({ op: 'ReduceMax', opset: 18, operands: [rows], attributes: nothing }, random, 0);
    const outcome = await outcomeOf({ op: 'ReduceSum', opset: 13, operands: [rows] }, random, 4);
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'it reduces the rows' });
    const onlyConstants = await outcomeOf({ op: 'ReduceSum', opset: 13, operands: [operand] }, random, 1);
    expect(onlyConstants.kind).toBe('refused');
  });
});

describe('places', () => {
  test.each(['ArgMax', 'ArgMin'].flatMap((op) => numbers.map((type) => ({ op, type }))))(
    '$op of $type: the first of equals, or the last, with NaN among them',
    async ({ op, type }) => {
      for (const seed of seeds) {
        const random = new Random(seed);
        const dims = shape(random);
        const values = [...valuesOf(type, random).slice(0, 5), ...valuesOf(type, random).slice(16, 19)];
        const last = random.pick([0, 1]);
        const opset = last === 1 || type !== 'float32' ? 13 : random.pick([9, 11, 13]);
        const attributes = {
          axis: { int: someAxes(random, dims.length)[0] ?? 1 },
          keepdims: { int: seed % 2 },
          ...(last === 1 ? { select_last_index: { int: last } } : {}),
        };
        const given = { op, opset, operands: [{ type, dims, values }], attributes };
        const outcome = await outcomeOf(given, new Random(seed), 2);
        if (outcome.kind === 'no oracle' && type === 'int64') continue;
        await expectAgreement(given, random, 0);
      }
    },
  );

  test.each(floats)('CumSum of %s from the front and from the back, with and without each own', async (type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const dims = shape(random);
      const axis: Operand = { type: 'int32', dims: [], values: [someAxes(random, dims.length)[0] ?? 1] };
      const attributes = { exclusive: { int: seed % 2 }, reverse: { int: random.integer(2) } };
      const operands = [{ type, dims, values: ordinary(type, random) }, axis];
      await expectAgreement({ op: 'CumSum', opset: 14, operands, attributes }, random, 0);
    }
  });

  test('OneHot of indexes from the front and from the back, along every axis', async () => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const dims = shape(random).slice(0, 2);
      const axis = random.pick([-1, 1, dims.length]);
      const operands: Operand[] = [
        { type: 'int64', dims, values: [0, 1, 2, 3, -1, -4, 4, 7, -9] },
        { type: 'int64', dims: [1], values: [4] },
        { type: 'float32', dims: [2], values: [0.5, 2] },
      ];
      await expectAgreement({ op: 'OneHot', opset: 11, operands, attributes: { axis: { int: axis } } }, random, 0);
    }
  });

  test.each([
    [1, 'float32'],
    [2, 'float32'],
    [1, 'float64'],
    [2, 'float64'],
  ] as const)('LpNormalization with p = %i of %s, by a norm of 0 too', async (p, type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const dims = shape(random);
      const values = [...ordinary(type, random).slice(0, 5), 0, 0, 0, 0, 0];
      const attributes = { axis: { int: someAxes(random, dims.length)[0] ?? 1 }, p: { int: p } };
      await expectAgreement(
        { op: 'LpNormalization', opset: 9, operands: [{ type, dims, values }], attributes },
        random,
        1e-6,
      );
    }
  });
});

import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { expectAgreement, type OneNode, type Operand, outcomeOf, valuesOf } from './fixtures/one-node.ts';
import type { NumberType } from './lower/tensor.ts';

// Operators that work number by number against ONNX Runtime: every type, random shapes that are stretched to each other,
// and the values at which engines part: zeros of both signs, NaN, infinities, denormals, halves, ends of integers.

const floats: readonly NumberType[] = ['float32', 'float64'];
const numbers: readonly NumberType[] = ['float32', 'float64', 'int64', 'int32'];
const seeds = [1, 2, 3, 4, 5, 6];

/** Rows and up to three sizes of 1 to 4. */
function shape(random: Random): (number | null)[] {
  return [null, ...Array.from({ length: random.integer(4) }, () => 1 + random.integer(4))];
}

/** Sizes that stretch to `dims`, with rows or, where they are fewer or 1, without: then the operand is a constant. */
function partner(random: Random, dims: readonly (number | null)[]): (number | null)[] {
  const kept = random.pick([dims, dims, dims.slice(1 + random.integer(dims.length))]);
  return kept.map((size, axis) => (axis > 0 && random.next() < 0.3 ? 1 : size));
}

function operand(random: Random, type: NumberType, dims: readonly (number | null)[]): Operand {
  return { type, dims, values: valuesOf(type, random) };
}

/** Two or more operands of one type, of which the first has the rows. */
function stretched(random: Random, type: NumberType, count = 2): Operand[] {
  const dims = shape(random);
  const others = Array.from({ length: count - 1 }, () => operand(random, type, partner(random, dims)));
  return [operand(random, type, dims), ...others];
}

describe('functions of one number', () => {
  const exact: readonly (readonly [string, readonly NumberType[]])[] = [
    ['Abs', numbers],
    ['Neg', numbers],
    ['Sign', numbers],
    ['Floor', floats],
    ['Ceil', floats],
    ['Round', floats],
    ['Sqrt', floats],
    ['Reciprocal', floats],
    ['IsNaN', floats],
    ['IsInf', floats],
    ['Not', ['bool']],
  ];
  test.each(exact.flatMap(([op, types]) => types.map((type) => ({ op, type }))))(
    '$op of $type is equal in every bit',
    async ({ op, type }) => {
      for (const seed of seeds) {
        const random = new Random(seed);
        await expectAgreement({ op, opset: 15, operands: [operand(random, type, shape(random))] }, random, 0);
      }
    },
  );

  test.each([
    ['Exp', 'float32'],
    ['Exp', 'float64'],
    ['Log', 'float32'],
    ['Log', 'float64'],
  ] as const)('%s of %s is our own, within 1e-6', async (op, type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      await expectAgreement({ op, opset: 13, operands: [operand(random, type, shape(random))] }, random, 1e-6);
    }
  });

  test.each([
    [1, 1],
    [1, 0],
    [0, 1],
    [0, 0],
  ])('IsInf that detects positive (%i) and negative (%i) infinities', async (positive, negative) => {
    const random = new Random(1);
    const attributes = { detect_positive: { int: positive }, detect_negative: { int: negative } };
    await expectAgreement(
      { op: 'IsInf', opset: 10, operands: [operand(random, 'float32', [null, 3])], attributes },
      random,
      0,
    );
  });
});

describe('arithmetic of two numbers', () => {
  const floatPairs = ['Add', 'Sub', 'Mul', 'Div'].flatMap((op) => floats.map((type) => ({ op, type })));
  const integerPairs = ['Add', 'Sub', 'Mul'].map((op) => ({ op, type: 'int32' as const }));
  test.each([...floatPairs, ...integerPairs])('$op of $type is equal in every bit', async ({ op, type }) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      await expectAgreement({ op, opset: 14, operands: stretched(random, type) }, random, 0);
    }
  });

  test.each(['int32', 'int64'] as const)('Div and Mod of %s by constants cut as ONNX Runtime does', async (type) => {
    for (const [op, attributes] of [
      ['Div', {}],
      ['Mod', {}],
      ['Mod', { fmod: { int: 1 } }],
    ] as const) {
      const divisors: Operand = { type, dims: [4], values: [3, -3, 7, -1] };
      const random = new Random(1);
      const dividends = operand(random, type, [null, 4]);
      // The least integer divided by -1 ends the process there.
      const operands = [{ ...dividends, values: dividends.values.filter((value) => value !== -(2 ** 31)) }, divisors];
      await expectAgreement({ op, opset: 14, operands, attributes }, random, 0);
    }
  });

  test.each(floats)('Mod of %s with fmod', async (type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const attributes = { fmod: { int: 1 } };
      await expectAgreement({ op: 'Mod', opset: 13, operands: stretched(random, type), attributes }, random, 0);
    }
  });

  test.each(floats)('Pow of %s: squares and cubes are equal in every bit, others within 1e-6', async (type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const [base, exponent] = stretched(random, type);
      await expectAgreement({ op: 'Pow', opset: 15, operands: [base, exponent] }, random, 1e-6);
      for (const other of ['float32', 'int64', 'int32'] as const) {
        const square = { type: other, dims: [1], values: [random.pick([2, 3, 0, 1])] };
        await expectAgreement({ op: 'Pow', opset: 15, operands: [base, square] }, random, 0);
      }
    }
  });

  test.each(['Min', 'Max'].flatMap((op) => numbers.map((type) => ({ op, type }))))(
    '$op of one, two and three $type, NaN among them',
    async ({ op, type }) => {
      for (const seed of seeds) {
        const random = new Random(seed);
        // Of a zero of either sign ONNX Runtime takes now the one, now the other.
        await expectAgreement({ op, opset: 13, operands: stretched(random, type, 1 + (seed % 3)) }, random, 1e-300);
      }
    },
  );

  test.each([
    ['Sum', 'float32'],
    ['Sum', 'float64'],
    ['Mean', 'float32'],
  ] as const)('%s of one, two and three %s from the first to the last', async (op, type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      await expectAgreement({ op, opset: 13, operands: stretched(random, type, 1 + (seed % 3)) }, random, 0);
    }
  });

  test.each([9, 10, 11, 13])('Clip of opset %i, with both bounds, one and none', async (opset) => {
    for (const type of opset >= 12 ? numbers : (['float32'] as const)) {
      for (const [min, max] of [
        [-1, 2],
        [null, 2],
        [-1, null],
        [null, null],
      ]) {
        const random = new Random(opset);
        const bound = (value: number | null): Operand | null =>
          value === null ? null : { type, dims: [], values: [value] };
        const attributes = {
          ...(min === null ? {} : { min: { float: min } }),
          ...(max === null ? {} : { max: { float: max } }),
        };
        const x = operand(random, type, [null, 3]);
        const given: OneNode =
          opset < 11
            ? { op: 'Clip', opset, operands: [x], attributes }
            : { op: 'Clip', opset, operands: [x, bound(min), bound(max)] };
        await expectAgreement(given, random, 0);
      }
    }
  });
});

describe('truth values', () => {
  const compared = ['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].flatMap((op) =>
    numbers.map((type) => ({ op, type })),
  );
  const equal = [...numbers, 'bool' as const].map((type) => ({ op: 'Equal', type }));
  const logic = ['And', 'Or', 'Xor'].map((op) => ({ op, type: 'bool' as const }));
  test.each([...compared, ...equal, ...logic])('$op of $type', async ({ op, type }) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      await expectAgreement({ op, opset: 16, operands: stretched(random, type) }, random, 0);
    }
  });

  test.each(numbers)('Where chooses %s by conditions of the row and constant ones', async (type) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const [first, second] = stretched(random, type);
      const condition = operand(random, 'bool', partner(random, first?.dims ?? []));
      await expectAgreement({ op: 'Where', opset: 16, operands: [condition, first, second] }, random, 0);
    }
  });
});

describe('casts', () => {
  const codes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
  const pairs = Object.keys(codes).flatMap((from) => {
    return Object.entries(codes).map(([to, code]) => ({ from: from as NumberType, to, code }));
  });
  test.each(pairs)('from $from to $to, with NaN and what the type cannot hold', async ({ from, code }) => {
    for (const seed of seeds) {
      const random = new Random(seed);
      const operands = [operand(random, from, [null, 4])];
      await expectAgreement({ op: 'Cast', opset: 13, operands, attributes: { to: { int: code } } }, random, 0);
    }
  });
});

describe('constants beyond 2^53, which no number holds', () => {
  const operators = ['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal', 'Min', 'Max', 'Add', 'Mod', 'Clip'];
  const large = [2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)];
  test.each(operators)('are no operands of %s', async (op) => {
    for (const integer of large) {
      const x: Operand = { type: 'int64', dims: [null, 1], values: [Number.MAX_SAFE_INTEGER, 1] };
      const constant: Operand = { type: 'int64', dims: [], values: [], integers: [integer] };
      const outcome = await outcomeOf({ op, opset: 16, operands: [x, constant] }, new Random(1), 5);
      expect(outcome).toEqual({ kind: 'refused', reason: expect.stringContaining(`${integer}, beyond 2^53`) });
    }
  });

  test('fill no shape', async () => {
    const sizes: Operand = { type: 'int64', dims: [1], values: [3] };
    const data = BigInt64Array.of(2n ** 53n + 1n);
    const attributes = { value: { tensor: { name: '', type: 'int64', dims: [1], data } as const } };
    const outcome = await outcomeOf(
      { op: 'ConstantOfShape', opset: 9, operands: [sizes], attributes },
      new Random(1),
      5,
    );
    expect(outcome).toEqual({ kind: 'refused', reason: expect.stringContaining('beyond 2^53') });
  });

  test('say only how far a slice goes', async () => {
    const x: Operand = { type: 'int64', dims: [null, 4], values: [1, 2, 3] };
    const list = (integer: bigint): Operand => ({ type: 'int64', dims: [1], values: [], integers: [integer] });
    const operands = [x, list(1n), list(2n ** 63n - 1n), list(1n)];
    await expectAgreement({ op: 'Slice', opset: 13, operands }, new Random(1), 0);
  });
});

describe('what could differ is refused', () => {
  test.each<[string, OneNode['op'], NumberType, Operand | null, RegExp]>([
    ['integers of 64 bits that could pass 2^53', 'Mul', 'int64', { type: 'int64', dims: [1], values: [3] }, /2\^53/],
    [
      'integers divided by what may be 0',
      'Div',
      'int32',
      { type: 'int32', dims: [null, 3], values: [1, 2] },
      /depends on the row/,
    ],
    ['integers raised to a power', 'Pow', 'int64', { type: 'int64', dims: [1], values: [2] }, /raises int64/],
  ])('%s', async (_, op, type, other, reason) => {
    const x: Operand = { type, dims: [null, 3], values: [1, 2, 3] };
    const outcome = await outcomeOf({ op, opset: 15, operands: [x, other] }, new Random(1), 5);
    expect(outcome.kind).toBe('refused');
    expect(outcome.kind === 'refused' ? outcome.reason : '').toMatch(reason);
  });
});

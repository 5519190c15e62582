import { categoryName, encoderModel, modelOf, node, Random, value } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { expectSameBits, fusedSteps, hardBatch, type Lowered, lowered } from '../fixtures/fused.ts';
import type { OnnxModel, OnnxNode } from '../onnx/index.ts';
import { fuse } from './fuse.ts';

describe('one-hot encodings in front of', () => {
  test('a sum become one term each, bit for bit', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const categories = 1 + random.integer(9);
      const given = lowered(
        encoderModel('logistic', { numbers: 1 + random.integer(4), texts: 1 + random.integer(4), categories, seed }),
      );
      expect(fusedSteps(given)).toContain('codedLinear');
      expect(fusedSteps(given)).not.toContain('hot');
      expectSameBits(
        given,
        hardBatch(given.binding, random, (column) => categoryName(column, random.integer(categories))),
      );
    }
  });

  test('trees become questions about the category, bit for bit', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const categories = 1 + random.integer(9);
      const given = lowered(
        encoderModel('forest', { numbers: 2, texts: 3, categories, seed, depth: 1 + random.integer(8) }),
      );
      expect(fusedSteps(given)).not.toContain('hot');
      expectSameBits(
        given,
        hardBatch(given.binding, random, (column) => categoryName(column, random.integer(categories))),
      );
    }
  });
});

describe('scaled one-hot encodings in front of', () => {
  test.each(['logistic', 'forest'] as const)('a %s', (behind) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = new Random(seed);
      const given = lowered(
        encoderModel(behind, { numbers: 2, texts: 3, categories: 4, seed, depth: 6, scaled: true }),
      );
      expect(fusedSteps(given)).not.toContain('hot');
      expectSameBits(
        given,
        hardBatch(given.binding, random, (column) => categoryName(column, random.integer(4))),
      );
    }
  });
});

/** `X` one-hot encoded in front of a regressor with these weights, one or more rows of them. */
function codedSum(
  weights: readonly number[],
  categories: readonly string[],
  targets = 1,
  between: readonly OnnxNode[] = [],
): OnnxModel {
  return modelOf('coded sum', {
    nodes: [
      node('ml:OneHotEncoder', ['X'], ['hot'], { cats_strings: { strings: categories } }),
      node('Flatten', ['hot'], ['flat']),
      ...between,
      node('Concat', ['number', between.length > 0 ? 'between' : 'flat', 'number'], ['all'], { axis: { int: 1 } }),
      node('ml:LinearRegressor', ['all'], ['y'], {
        coefficients: { floats: weights },
        intercepts: { floats: new Array(targets).fill(-0) },
        targets: { int: targets },
      }),
    ],
    inputs: [value('X', 'string', [null, 1]), value('number', 'float32', [null, 1])],
    outputs: [value('y', 'float32', [null, targets])],
  });
}

describe('the order and the zeros of a sum', () => {
  const batchFor = (given: Lowered, seed = 3) => {
    const random = new Random(seed);
    return hardBatch(given.binding, random, () => random.pick(['a', 'b', 'c']));
  };

  test('stay where weights are zeros of either sign, tiny, or huge', () => {
    const weights = [-0, -0, 0, 1e-45, -0, 1, 3e38, -3e38, -1e-45, 0];
    const given = lowered(codedSum(weights, ['a', 'b', 'c'], 2));
    expect(fusedSteps(given)).toContain('codedLinear');
    expectSameBits(given, batchFor(given));
  });

  test('an infinite weight is left as it stands: times 0 it is not a number', () => {
    const given = lowered(codedSum([1, 2, Number.POSITIVE_INFINITY, 4, 1], ['a', 'b', 'c']));
    expect(fusedSteps(given)).toContain('hot');
    expectSameBits(given, batchFor(given));
  });

  test('a category that stands twice in the sum adds twice, in its order', () => {
    const twice = node('Concat', ['flat', 'flat'], ['between'], { axis: { int: 1 } });
    const given = lowered(codedSum([1, 0.1, 0.2, 0.3, 1e-8, 1e8, 1, -1], ['a', 'b', 'c'], 1, [twice]));
    expect(fuse(given.program).steps.find((step) => step.op === 'codedLinear')).toMatchObject({
      inputs: { length: 4 },
    });
    expectSameBits(given, batchFor(given));
  });

  test('encodings that are mixed up with each other keep their places', () => {
    const model = modelOf('mixed', {
      nodes: [
        node('ml:OneHotEncoder', ['X'], ['hot'], { cats_strings: { strings: ['a', 'b', 'c'] } }),
        node('ml:OneHotEncoder', ['Z'], ['other'], { cats_strings: { strings: ['a', 'b', 'c'] } }),
        // Transposed: the categories of both columns take turns.
        node('Concat', ['hot', 'other'], ['both'], { axis: { int: 1 } }),
        node('Transpose', ['both'], ['turned'], { perm: { ints: [0, 2, 1] } }),
        node('Flatten', ['turned'], ['flat']),
        node('ml:LinearRegressor', ['flat'], ['y'], { coefficients: { floats: [0.1, 1e7, 0.3, -1e7, 0.7, 1] } }),
      ],
      inputs: [value('X', 'string', [null, 1]), value('Z', 'string', [null, 1])],
      outputs: [value('y', 'float32', [null, 1])],
    });
    const given = lowered(model);
    expect(fuse(given.program).steps.find((step) => step.op === 'codedLinear')).toMatchObject({
      inputs: { length: 6 },
    });
    expectSameBits(given, batchFor(given));
  });

  test('a sum of many terms and outputs runs as a loop', () => {
    const random = new Random(9);
    const model = encoderModel('logistic', { numbers: 200, texts: 80, categories: 3 });
    const given = lowered(model);
    expect(fusedSteps(given)).toContain('codedLinear');
    expectSameBits(
      given,
      hardBatch(given.binding, random, (column) => categoryName(column, random.integer(3))),
    );
  });

  test('values that stand for categories are multiplied before, as the sum does it', () => {
    const model = modelOf('target encoder', {
      nodes: [
        node('ml:LabelEncoder', ['X'], ['code'], {
          keys_strings: { strings: ['a', 'b', 'c'] },
          values_floats: { floats: [0.1, -0, 1e-30] },
          default_float: { float: 7 },
        }),
        node('ml:LinearRegressor', ['code'], ['y'], { coefficients: { floats: [0.3] }, intercepts: { floats: [-0] } }),
      ],
      inputs: [value('X', 'string', [null, 1])],
      outputs: [value('y', 'float32', [null, 1])],
    });
    const given = lowered(model);
    expect(fusedSteps(given)).toEqual(['category', 'codedLinear']);
    expectSameBits(given, batchFor(given));
  });
});

test('what two branches compute alike is computed once', () => {
  const encoder = (out: string) =>
    node('ml:LabelEncoder', ['X'], [out], { keys_strings: { strings: ['a', 'b'] }, values_floats: { floats: [1, 2] } });
  const model = modelOf('twice', {
    nodes: [encoder('left'), encoder('right'), node('Concat', ['left', 'right'], ['y'], { axis: { int: 1 } })],
    inputs: [value('X', 'string', [null, 1])],
    outputs: [value('y', 'float32', [null, 2])],
  });
  const given = lowered(model);
  expect(given.program.steps).toHaveLength(4);
  expect(fusedSteps(given)).toEqual(['category', 'lookup']);
  expectSameBits(given, { rows: 3, columns: [['a', 'b', 'c']] });
});

test('the limit of the compiler counts what is left after fusing', () => {
  const given = lowered(encoderModel('logistic', { texts: 4, categories: 3000 }));
  expect(given.program.widths.reduce((sum, width) => sum + width, 0)).toBeGreaterThan(12_000);
  expect(fusedSteps(given)).not.toContain('hot');
});

describe('a text that several encoders look up', () => {
  const encoder = (input: string, out: string, keys: readonly string[]) =>
    node('ml:LabelEncoder', [input], [out], {
      keys_strings: { strings: keys },
      values_int64s: { ints: keys.map((_, at) => at + 1) },
      default_int64: { int: 0 },
    });
  const whole = ['a', 'b', 'c', 'd', '', 'none'];

  test('is looked up once, in the keys of all', () => {
    const model = modelOf('several', {
      nodes: [
        encoder('X', 'p', ['a', 'b']),
        encoder('X', 'q', ['c', 'b', 'a']),
        node('Concat', ['p', 'q'], ['y'], { axis: { int: 1 } }),
      ],
      inputs: [value('X', 'string', [null, 1])],
      outputs: [value('y', 'int64', [null, 2])],
    });
    const given = lowered(model);
    expect(fusedSteps(given).filter((op) => op === 'category')).toHaveLength(1);
    expectSameBits(given, { rows: whole.length, columns: [whole] });
  });

  test('where another column says so is no table of one place', () => {
    const model = modelOf('two columns', {
      nodes: [
        encoder('Z', 'p', ['a']),
        node('Cast', ['p'], ['condition'], { to: { int: 9 } }),
        node('Where', ['condition', 'other', 'X'], ['filled']),
        node('ml:OneHotEncoder', ['filled'], ['hot'], { cats_strings: { strings: ['a', 'b', 'd'] } }),
        node('Flatten', ['hot'], ['flat']),
        node('ml:LinearRegressor', ['flat'], ['y'], { coefficients: { floats: [0.1, 0.2, 0.3] } }),
      ],
      inputs: [value('X', 'string', [null, 1]), value('Z', 'string', [null, 1])],
      outputs: [value('y', 'float32', [null, 1])],
      initializers: [{ name: 'other', type: 'string', dims: [1], data: ['b'] }],
    });
    const given = lowered(model);
    const pairs = whole.flatMap((x) => whole.map((z) => [x, z] as const));
    expectSameBits(given, { rows: pairs.length, columns: [pairs.map(([x]) => x), pairs.map(([, z]) => z)] });
  });

  test('and imputed becomes one term of a sum', () => {
    // What skl2onnx makes of SimpleImputer on text: where the text is missing, another stands for it.
    const model = modelOf('imputed text', {
      nodes: [
        node('ml:LabelEncoder', ['X'], ['missing'], {
          keys_strings: { strings: [''] },
          values_int64s: { ints: [1] },
          default_int64: { int: 0 },
        }),
        node('Cast', ['missing'], ['condition'], { to: { int: 9 } }),
        node('Where', ['condition', 'other', 'X'], ['filled']),
        node('ml:OneHotEncoder', ['filled'], ['hot'], { cats_strings: { strings: ['a', 'b', 'd'] } }),
        node('Flatten', ['hot'], ['flat']),
        node('ml:LinearRegressor', ['flat'], ['y'], { coefficients: { floats: [0.1, 0.2, 0.3] } }),
      ],
      inputs: [value('X', 'string', [null, 1])],
      outputs: [value('y', 'float32', [null, 1])],
      initializers: [{ name: 'other', type: 'string', dims: [1], data: ['b'] }],
    });
    const given = lowered(model);
    expect(fusedSteps(given)).toEqual(['category', 'codedLinear']);
    expectSameBits(given, { rows: whole.length, columns: [whole] });
  });
});

import { categoryName, encoderModel, modelOf, node, Random, value, wholeBinding } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from '../compile.ts';
import { lower } from '../lower/lower.ts';
import { nextDown, nextUp } from '../math/index.ts';
import type { OnnxModel, OnnxNode } from '../onnx/index.ts';
import { rowOf } from '../proof/golden.ts';
import type { Binding, FeatureBatch } from '../session.ts';
import { fuse } from './fuse.ts';
import type { Program, Step } from './program.ts';

interface Lowered {
  readonly program: Program;
  readonly binding: Binding;
}

function lowered(model: OnnxModel): Lowered {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(`${lowering.op}: ${lowering.reason}`);
  return { program: lowering.program, binding };
}

function fusedSteps({ program }: Lowered): readonly Step['op'][] {
  return fuse(program).steps.map((step) => step.op);
}

/** Fused and not, by columns and by rows: the same bits of every output. */
function expectSameBits({ program, binding }: Lowered, batch: FeatureBatch): void {
  const plain = compileProgram(program, (same) => same);
  const fused = compileProgram(program);
  const wanted = plain.columns(batch).map((lane) => lane.slice());
  const found = fused.columns(batch);
  const out = new Float64Array(wanted.length);
  let first = '';
  for (let row = 0; row < batch.rows && first === ''; row++) {
    const { numbers, texts } = rowOf(batch, binding, row);
    fused.row?.(numbers, texts, out);
    wanted.forEach((lane, index) => {
      const answers = [found[index]?.[row], fused.row === null ? lane[row] : out[index]];
      if (answers.every((answer) => Object.is(answer, lane[row]))) return;
      first = `row ${row} (${[...numbers].join()} ${texts.join()}): ${answers.join(' and ')}, not ${lane[row]}`;
    });
  }
  expect(first).toBe('');
}

const hardNumbers = [
  0,
  -0,
  1,
  0.5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e-45,
  -1e-40,
  3e38,
];

function hardBatch({ inputs }: Binding, random: Random, known: (column: number) => string): FeatureBatch {
  const rows = 400;
  let texts = 0;
  const columns = inputs.map(({ type }) => {
    if (type === 'string') {
      const column = texts++;
      return Array.from({ length: rows }, () => (random.next() < 0.2 ? 'none that is known' : known(column)));
    }
    return Float64Array.from({ length: rows }, () =>
      random.next() < 0.5 ? random.pick(hardNumbers) : random.normal(),
    );
  });
  return { rows, columns };
}

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

test('questions about a one-hot input at, below and above its values', () => {
  const thresholds = [
    0,
    -0,
    1,
    0.5,
    nextDown(0),
    nextUp(0),
    nextDown(1),
    nextUp(1),
    -1,
    2,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const mode of ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']) {
    for (const tracks of [0, 1]) {
      const usable = thresholds.filter(
        (threshold) => !(mode === 'BRANCH_LT' || mode === 'BRANCH_GTE') || threshold !== Number.NEGATIVE_INFINITY,
      );
      const given = lowered(oneHotStumps(usable, mode, tracks));
      expectSameBits(given, { rows: 4, columns: [['a', 'b', 'c', 'z']] });
    }
  }
});

/** One tree a threshold, whose single question is about the second category; each says so by a power of 2. */
function oneHotStumps(thresholds: readonly number[], mode: string, tracks: number): OnnxModel {
  const three = (make: (tree: number) => readonly number[]) => ({ ints: thresholds.flatMap((_, tree) => make(tree)) });
  return modelOf('stumps', {
    nodes: [
      node('ml:OneHotEncoder', ['X'], ['hot'], { cats_strings: { strings: ['a', 'b', 'c'] } }),
      node('Flatten', ['hot'], ['flat']),
      node('ml:TreeEnsembleRegressor', ['flat'], ['y'], {
        nodes_treeids: three((tree) => [tree, tree, tree]),
        nodes_nodeids: three(() => [0, 1, 2]),
        nodes_featureids: three(() => [1, 0, 0]),
        nodes_modes: { strings: thresholds.flatMap(() => [mode, 'LEAF', 'LEAF']) },
        nodes_values: { floats: thresholds.flatMap((threshold) => [threshold, 0, 0]) },
        nodes_truenodeids: three(() => [1, 0, 0]),
        nodes_falsenodeids: three(() => [2, 0, 0]),
        nodes_missing_value_tracks_true: three(() => [tracks, 0, 0]),
        target_treeids: three((tree) => [tree, tree]),
        target_nodeids: three(() => [1, 2]),
        target_ids: three(() => [0, 0]),
        target_weights: { floats: thresholds.flatMap((_, tree) => [2 ** tree, 0]) },
        n_targets: { int: 1 },
      }),
    ],
    inputs: [value('X', 'string', [null, 1])],
    outputs: [value('y', 'float32', [null, 1])],
  });
}

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

/** Scaled columns in front of trees whose thresholds are given; one tree a threshold and column, each of another weight. */
function scaledStumps(
  offset: readonly number[],
  scale: readonly number[],
  thresholds: readonly number[],
  tracks: number,
  mode = 'BRANCH_LEQ',
): OnnxModel {
  const columns = offset.length;
  const trees = thresholds.flatMap((threshold) => offset.map((_, column) => ({ threshold, column })));
  const three = (make: (tree: number) => readonly number[]) => ({ ints: trees.flatMap((_, tree) => make(tree)) });
  return modelOf('scaled stumps', {
    nodes: [
      node('ml:Scaler', ['X'], ['scaled'], { offset: { floats: offset }, scale: { floats: scale } }),
      node('ml:TreeEnsembleRegressor', ['scaled'], ['y'], {
        nodes_treeids: three((tree) => [tree, tree, tree]),
        nodes_nodeids: three(() => [0, 1, 2]),
        nodes_featureids: three((tree) => [trees[tree]?.column ?? 0, 0, 0]),
        nodes_modes: {
          strings: trees.flatMap((_, tree) => [tree % 3 === 0 ? mode.replace('LEQ', 'LT') : mode, 'LEAF', 'LEAF']),
        },
        nodes_values: { floats: trees.flatMap(({ threshold }) => [threshold, 0, 0]) },
        nodes_truenodeids: three(() => [1, 0, 0]),
        nodes_falsenodeids: three(() => [2, 0, 0]),
        nodes_missing_value_tracks_true: three((tree) => [tracks === 2 ? tree & 1 : tracks, 0, 0]),
        target_treeids: three((tree) => [tree, tree]),
        target_nodeids: three(() => [1, 2]),
        target_ids: three((tree) => [tree % 23, tree % 23]),
        target_weights: { floats: trees.flatMap((_, tree) => [2 ** Math.floor(tree / 23), 0]) },
        n_targets: { int: 23 },
      }),
    ],
    inputs: [value('X', 'float32', [null, columns])],
    outputs: [value('y', 'float32', [null, 23])],
  });
}

test('scaling in front of trees moves to their thresholds, to the last bit of every number beside one', () => {
  for (let seed = 1; seed <= 24; seed++) {
    const random = new Random(seed);
    const size = () => 10 ** (12 * random.next() - 6);
    const signed = (magnitude: number) => (random.next() < 0.5 ? -magnitude : magnitude);
    const offset = [0, signed(size()), signed(size()), 1e-41, signed(3e38)].map(Math.fround);
    const scale = [signed(1), signed(size()), signed(size()), signed(1e30), signed(1e-30)].map(Math.fround);
    const thresholds = [
      0,
      -0,
      1e-45,
      3.4e38,
      -3.4e38,
      Number.POSITIVE_INFINITY,
      signed(size()),
      signed(size()),
      random.normal(),
    ].map(Math.fround);
    const given = lowered(scaledStumps(offset, scale, thresholds, seed % 3));
    expect(given.program.steps.map((step) => step.op)).toContain('scale');
    expect(fusedSteps(given)).not.toContain('scale');
    // Where fusing put the thresholds, the numbers beside them, and numbers that no scaling leaves alone.
    const bounds = offset.map(() => [...hardNumbers]);
    for (const step of fuse(given.program).steps) {
      if (step.op !== 'trees') continue;
      const { feature, threshold } = step.ensemble.nodes;
      feature.forEach((input, at) => {
        bounds[step.inputs[input]?.column ?? 0]?.push(threshold[at] as number);
      });
    }
    const near = (column: number) => {
      const at = random.pick(bounds[column] ?? []);
      return random.pick([at, nextDown(at), nextUp(at)]);
    };
    const columns = offset.map((_, column) => Float64Array.from({ length: 240 }, () => near(column)));
    expectSameBits(given, { rows: 240, columns });
  }
});

test('an input that is scaled by 0 or infinity, or asked for equality, is scaled as before', () => {
  // 0.5 is scaled to 0 times infinity, and many numbers to the same one.
  const models = [
    scaledStumps([0.5, 0.5], [0, Number.POSITIVE_INFINITY], [1, 2], 1),
    scaledStumps([0, 0], [1e-30, 1e-45], [0, 0.5], 0, 'BRANCH_EQ'),
  ];
  for (const model of models) {
    const given = lowered(model);
    expect(fusedSteps(given)).toContain('scale');
    const numbers = Float64Array.from([...hardNumbers, 1e-10, 2e-10, -1e-20]);
    expectSameBits(given, { rows: numbers.length, columns: [numbers, numbers] });
  }
});

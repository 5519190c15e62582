import {
  type AttributeValue,
  floatTensor,
  int64Tensor,
  modelOf,
  node,
  Random,
  value,
  wholeBinding,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { compileProgram } from './compile.ts';
import { agreementOf } from './fixtures/agreement.ts';
import { openOracle } from './fixtures/oracle.ts';
import { lower } from './lower/lower.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './onnx/index.ts';
import type { FeatureBatch, TensorType } from './session.ts';

type Kind = 'string' | 'int64' | 'float32' | 'float64';
type Value = string | number;

const rows = 80;

/** `X` of one type and `columns` columns through the nodes, of which the last gives `y`. */
function graph(
  type: Kind,
  columns: number,
  nodes: readonly OnnxNode[],
  output: TensorType,
  { ml = 3, initializers = [] as readonly OnnxTensor[], width = columns, opset = 15 } = {},
): OnnxModel {
  const model = modelOf('encoder', {
    nodes,
    inputs: [value('X', type, [null, columns])],
    outputs: [value('y', output, [null, width])],
    initializers,
  });
  return {
    ...model,
    opsets: new Map([
      ['', opset],
      ['ai.onnx.ml', ml],
    ]),
  };
}

function batchOf(type: Kind, columns: number, random: Random, values: readonly Value[]): FeatureBatch {
  const column = () => Array.from({ length: rows }, () => random.pick(values));
  return {
    rows,
    columns: Array.from({ length: columns }, () =>
      type === 'string' ? column().map(String) : Float64Array.from(column(), Number),
    ),
  };
}

async function expectEqual(model: OnnxModel, batch: FeatureBatch, message = ''): Promise<void> {
  const lowering = lower(model, wholeBinding(model));
  expect(lowering.kind === 'refused' ? lowering : 'compiled', message).toBe('compiled');
  const agreement = await agreementOf(model, batch);
  expect(agreement?.bitEqual, `${message}: ${agreement?.first}`).toBe(agreement?.values);
  expect(agreement?.rowsAgree, message).toBe(true);
}

const texts = [
  'a',
  'b',
  '',
  '\u00e4',
  'a\u0308',
  'constructor',
  '__proto__',
  '"',
  '\\',
  '</script>',
  '\u2028',
  '\ufffd',
  'NaN',
];
const numbers: Readonly<Record<Exclude<Kind, 'string'>, readonly number[]>> = {
  int64: [-3, -1, 0, 1, 2, 7, 2 ** 40],
  float32: [Number.NaN, 0, -0, 1, Math.fround(0.1), -2.5, 1e-45, Number.POSITIVE_INFINITY],
  float64: [Number.NaN, 0, -0, 1, 0.1, -2.5, 5e-324, Number.NEGATIVE_INFINITY],
};

function valuesOf(kind: Kind): readonly Value[] {
  return kind === 'string' ? texts : numbers[kind];
}

/** A list attribute, or for what has none (or in every other case) a tensor. */
function listOf(prefix: string, kind: Kind, list: readonly Value[], asTensor: boolean): [string, AttributeValue] {
  if (!asTensor && kind === 'string') return [`${prefix}_strings`, { strings: list.map(String) }];
  if (!asTensor && kind === 'int64') return [`${prefix}_int64s`, { ints: list.map(Number) }];
  if (!asTensor && kind === 'float32') return [`${prefix}_floats`, { floats: list.map(Number) }];
  return [`${prefix}_tensor`, { tensor: tensorOf(kind, list) }];
}

function tensorOf(kind: Kind, list: readonly Value[]): OnnxTensor {
  const dims = [list.length];
  if (kind === 'string') return { name: 't', type: kind, dims, data: list.map(String) };
  if (kind === 'int64') return int64Tensor('t', dims, list.map(Number));
  return kind === 'float32'
    ? floatTensor('t', dims, list.map(Number))
    : { name: 't', type: kind, dims, data: Float64Array.from(list, Number) };
}

describe('LabelEncoder', () => {
  const pairs: [Kind, Kind][] = [
    ...(['string', 'int64', 'float32', 'float64'] as const).map((to): [Kind, Kind] => ['string', to]),
    ...(['string', 'int64', 'float32', 'float64'] as const).map((to): [Kind, Kind] => ['int64', to]),
    ...(['string', 'int64', 'float32'] as const).map((to): [Kind, Kind] => ['float32', to]),
    ...(['string', 'int64', 'float64'] as const).map((to): [Kind, Kind] => ['float64', to]),
  ];

  test.each(pairs)('%s to %s, in versions 2 and 4', async (from, to) => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = new Random(seed);
      const size = 1 + random.integer(7);
      const pick = (kind: Kind) => Array.from({ length: size }, () => random.pick(valuesOf(kind)));
      const tensors = from === 'float64' || to === 'float64' || random.next() < 0.4;
      const attributes = Object.fromEntries([
        listOf('keys', from, pick(from), tensors),
        listOf('values', to, pick(to), tensors),
      ]);
      const named = random.next() < 0.5;
      if (named && tensors) attributes.default_tensor = { tensor: tensorOf(to, [random.pick(valuesOf(to))]) };
      if (named && !tensors && to === 'string') attributes.default_string = 'none';
      if (named && !tensors && to === 'int64') attributes.default_int64 = { int: -9 };
      if (named && !tensors && to === 'float32') attributes.default_float = { float: 0.3 };
      const model = graph(from, 2, [node('ml:LabelEncoder', ['X'], ['y'], attributes)], to, {
        ml: tensors ? 4 : random.pick([2, 4]),
      });
      await expectEqual(model, batchOf(from, 2, random, valuesOf(from)), `seed ${seed}`);
    }
  });

  test.each(['string', 'int64'] as const)('version 1 of %s', async (from) => {
    const attributes = { classes_strings: { strings: ['b', 'a', 'b', ''] } };
    const model = graph(
      from,
      1,
      [node('ml:LabelEncoder', ['X'], ['y'], attributes)],
      from === 'string' ? 'int64' : 'string',
      { ml: 1 },
    );
    await expectEqual(model, batchOf(from, 1, new Random(1), valuesOf(from)));
  });

  test('of the label of a classifier, and of another encoder', async () => {
    const nodes = [
      node('ml:LabelEncoder', ['X'], ['a'], {
        keys_strings: { strings: ['a', 'b'] },
        values_strings: { strings: ['u', 'v'] },
      }),
      node('ml:LabelEncoder', ['a'], ['y'], {
        keys_strings: { strings: ['v', '_Unused'] },
        values_int64s: { ints: [4, 5] },
      }),
    ];
    await expectEqual(graph('string', 1, nodes, 'int64'), batchOf('string', 1, new Random(2), texts));
  });
});

test.each(['string', 'int64'] as const)('CategoryMapper of %s takes the last of equal keys', async (from) => {
  const attributes = { cats_strings: { strings: ['a', 'b', 'a', ''] }, cats_int64s: { ints: [1, 2, -1, 2] } };
  const model = graph(
    from,
    1,
    [node('ml:CategoryMapper', ['X'], ['y'], attributes)],
    from === 'string' ? 'int64' : 'string',
  );
  await expectEqual(model, batchOf(from, 1, new Random(1), valuesOf(from)));
});

describe('OneHotEncoder', () => {
  const types: Kind[] = ['string', 'int64', 'float32', 'float64'];
  const wild = [-0.9, 1.9, 7.5, 1e30, -1e30, Number.NaN, Number.POSITIVE_INFINITY, 2, 0, -1];

  test.each(types)('of %s, with categories that stand twice', async (type) => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new Random(seed);
      const size = 1 + random.integer(6);
      const categories: [string, AttributeValue] =
        type === 'string'
          ? ['cats_strings', { strings: Array.from({ length: size }, () => random.pick(texts)) }]
          : ['cats_int64s', { ints: Array.from({ length: size }, () => random.pick(numbers.int64)) }];
      const nodes = [
        node('ml:OneHotEncoder', ['X'], ['h'], { ...Object.fromEntries([categories]), zeros: { int: 1 } }),
        node('Flatten', ['h'], ['y']),
      ];
      const given = type === 'string' || type === 'int64' ? valuesOf(type) : wild;
      await expectEqual(
        graph(type, 2, nodes, 'float32', { width: 2 * size }),
        batchOf(type, 2, random, given),
        `seed ${seed}`,
      );
    }
  });

  test('that takes no unknown category fails on the row, in both engines', async () => {
    const nodes = [
      node('ml:OneHotEncoder', ['X'], ['h'], { cats_strings: { strings: ['a', 'b'] }, zeros: { int: 0 } }),
      node('Flatten', ['h'], ['y']),
    ];
    const model = graph('string', 1, nodes, 'float32', { width: 2 });
    await expectEqual(model, batchOf('string', 1, new Random(1), ['a', 'b']));
    await expectRefused(model, ['a'], ['c']);
  });
});

/** A row of both engines that fails, and fails the rows beside it. */
async function expectRefused(model: OnnxModel, good: readonly Value[], bad: readonly Value[]): Promise<void> {
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(lowering.reason);
  const { columns, row } = compileProgram(lowering.program);
  const batch = {
    rows: 2,
    columns: good.map((first, at) =>
      typeof first === 'string' ? [first, String(bad[at])] : Float64Array.of(first, Number(bad[at])),
    ),
  };
  const oracle = await openOracle(model, binding);
  await expect(oracle.run(batch)).rejects.toThrow();
  await oracle.close();
  const failed = expect.objectContaining({ code: 'MODEL_FAILED' });
  expect(() => columns(batch)).toThrow(failed);
  const out = new Float64Array(binding.outputs.length);
  const split = (values: readonly Value[]) => {
    return [
      Float64Array.from(values.filter((each) => typeof each === 'number')),
      values.filter((each) => typeof each === 'string'),
    ] as const;
  };
  expect(() => row?.(...split(bad), out)).toThrow(failed);
  expect(() => row?.(...split(good), out)).not.toThrow();
}

describe('Imputer', () => {
  test.each([
    [
      'a missing value',
      { imputed_value_floats: { floats: [9, 0.1, -0] }, replaced_value_float: { float: Number.NaN } },
    ],
    [
      'one value for all columns',
      { imputed_value_floats: { floats: [9] }, replaced_value_float: { float: Number.NaN } },
    ],
    ['a list of another length', { imputed_value_floats: { floats: [9, 8] }, replaced_value_float: { float: 1 } }],
    ['zero, unless told otherwise', { imputed_value_floats: { floats: [9, 8, 7] } }],
  ] as [string, Record<string, AttributeValue>][])('of float32: %s', async (_, attributes) => {
    await expectEqual(
      graph('float32', 3, [node('ml:Imputer', ['X'], ['y'], attributes)], 'float32'),
      batchOf('float32', 3, new Random(1), numbers.float32),
    );
  });

  test('of int64', async () => {
    const attributes = { imputed_value_int64s: { ints: [5, 6] }, replaced_value_int64: { int: 7 } };
    await expectEqual(
      graph('int64', 2, [node('ml:Imputer', ['X'], ['y'], attributes)], 'int64'),
      batchOf('int64', 2, new Random(1), numbers.int64),
    );
  });
});

test('Binarizer asks for more than the threshold, and fails on a missing value', async () => {
  const model = graph('float32', 2, [node('ml:Binarizer', ['X'], ['y'], { threshold: { float: 0.1 } })], 'float32');
  await expectEqual(model, batchOf('float32', 2, new Random(1), numbers.float32.slice(1)));
  await expectRefused(model, [0, 0], [0, Number.NaN]);
});

test.each(['float32', 'int64', 'float64'] as const)('FeatureVectorizer of %s cuts and fills up', async (type) => {
  const given = type === 'int64' ? [...numbers.int64, 2 ** 24 + 1] : numbers[type];
  for (const widths of [
    [2, 2],
    [1, 3],
    [3, 1],
  ]) {
    const vectorizer = node('ml:FeatureVectorizer', ['X', 'X'], ['y'], { inputdimensions: { ints: widths } });
    await expectEqual(graph(type, 2, [vectorizer], 'float32', { width: 4 }), batchOf(type, 2, new Random(1), given));
  }
});

describe('ArrayFeatureExtractor', () => {
  test.each(['float32', 'float64', 'int64'] as const)('chooses columns of %s', async (type) => {
    const model = graph(type, 3, [node('ml:ArrayFeatureExtractor', ['X', 'at'], ['y'])], type, {
      initializers: [int64Tensor('at', [1, 4], [2, 0, 0, 1])],
      width: 4,
    });
    await expectEqual(model, batchOf(type, 3, new Random(1), numbers[type]));
  });

  test('chooses columns of text', async () => {
    const nodes = [
      node('ml:ArrayFeatureExtractor', ['X', 'at'], ['t']),
      node('ml:LabelEncoder', ['t'], ['y'], {
        keys_strings: { strings: texts },
        values_int64s: { ints: texts.map((_, index) => index) },
      }),
    ];
    const model = graph('string', 3, nodes, 'int64', { initializers: [int64Tensor('at', [2], [2, 1])], width: 2 });
    await expectEqual(model, batchOf('string', 3, new Random(1), texts));
  });

  test.each(['string', 'int64'] as const)(
    'picks a label that is %s, and fails on an index beyond the labels',
    async (type) => {
      const labels: OnnxTensor =
        type === 'string'
          ? { name: 'labels', type, dims: [3], data: ['no', 'maybe', 'yes'] }
          : int64Tensor('labels', [1, 3], [10, 20, 30]);
      const nodes = [
        node('ml:ArrayFeatureExtractor', ['labels', 'X'], ['picked']),
        node('Reshape', ['picked', 'flat'], ['y']),
      ];
      const initializers = [labels, int64Tensor('flat', [2], [-1, 1])];
      const model = graph('int64', 1, nodes, type, { initializers });
      await expectEqual(model, batchOf('int64', 1, new Random(1), [0, 1, 2]));
      if (type === 'int64') await expectRefused(model, [2], [3]);
    },
  );
});

describe('text', () => {
  const encode = (input: string) =>
    node('ml:LabelEncoder', [input], ['y'], {
      keys_strings: { strings: ['a', 'b', '1', '-3', '01', 'w', '7'] },
      values_int64s: { ints: [1, 2, 3, 4, 5, 6, 7] },
    });

  test('of features and of tables joins in one value', async () => {
    const nodes = [
      node('ml:LabelEncoder', ['X'], ['t'], {
        keys_strings: { strings: ['a'] },
        values_strings: { strings: ['w'] },
        default_string: 'b',
      }),
      node('Concat', ['X', 't'], ['both'], { axis: { int: 1 } }),
      encode('both'),
    ];
    await expectEqual(graph('string', 2, nodes, 'int64', { width: 4 }), batchOf('string', 2, new Random(1), texts));
  });

  test('of an integer is what spells it', async () => {
    const nodes = [node('Cast', ['X'], ['t'], { to: { int: 8 } }), encode('t')];
    await expectEqual(graph('int64', 2, nodes, 'int64'), batchOf('int64', 2, new Random(1), numbers.int64));
  });

  test('of a table is cast to the number that it spells', async () => {
    for (const [to, type] of [
      [1, 'float32'],
      [11, 'float64'],
      [7, 'int64'],
    ] as const) {
      const strings = type === 'int64' ? ['3', '-12', '007'] : ['0.1', '-0', '16777217'];
      const nodes = [
        node('ml:LabelEncoder', ['X'], ['t'], {
          keys_strings: { strings: ['a', 'b', ''] },
          values_strings: { strings },
          default_string: '4',
        }),
        node('Cast', ['t'], ['y'], { to: { int: to } }),
      ];
      await expectEqual(graph('string', 1, nodes, type), batchOf('string', 1, new Random(1), texts));
    }
  });

  test('with half of a surrogate pair is what ONNX Runtime reads in its place', async () => {
    const nodes = [
      node('ml:LabelEncoder', ['X'], ['y'], {
        keys_strings: { strings: ['\ufffd', 'x\ufffd'] },
        values_int64s: { ints: [1, 2] },
      }),
    ];
    await expectEqual(
      graph('string', 1, nodes, 'int64'),
      batchOf('string', 1, new Random(1), ['\ud800', '\udc00', 'x\udc00', '\ufffd', '\ud83d\ude00', 'x']),
    );
  });
});

describe('Scaler', () => {
  const scaler = (input: string, output: string) =>
    node('ml:Scaler', [input], [output], { offset: { floats: [0.3] }, scale: { floats: [-1.7] } });

  test('of a value of three sizes, by one offset', async () => {
    const nodes = [node('Reshape', ['X', 'three'], ['r']), scaler('r', 's'), node('Flatten', ['s'], ['y'])];
    const initializers = [int64Tensor('three', [3], [-1, 2, 2])];
    await expectEqual(
      graph('float32', 4, nodes, 'float32', { initializers }),
      batchOf('float32', 4, new Random(1), numbers.float32),
    );
  });

  test('of a value of one size, which stays one', async () => {
    const nodes = [node('Reshape', ['X', 'one'], ['r']), scaler('r', 'y')];
    const model = graph('float32', 1, nodes, 'float32', { initializers: [int64Tensor('one', [1], [-1])] });
    const flat = { ...model, graph: { ...model.graph, outputs: [value('y', 'float32', [null])] } };
    await expectEqual(flat, batchOf('float32', 1, new Random(1), numbers.float32));
  });
});

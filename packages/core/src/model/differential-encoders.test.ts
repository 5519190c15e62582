import { type AttributeValue, floatTensor, int64Tensor, node, Random } from '@slipway/testkit';
import { describe, test } from 'vitest';
import {
  batchOf,
  expectEqual,
  expectRefused,
  graph,
  type Kind,
  numbers,
  texts,
  type Value,
  valuesOf,
} from './fixtures/encoders.ts';
import type { OnnxTensor } from './onnx/index.ts';

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

  test.each([
    [[5, 0, -3, 2, 9, 0, 7], 'close together'],
    [[5, 0, -3, 2, 9e6, 7], 'far apart'],
    [[5, 0.5, -3, 2, 9, 7], 'some no integers'],
    [[5, Number.NaN, -3, 2, 9, 7], 'one no number'],
    [[2147483647, 2147483646, 2147483640, 2147483641, 2147483642], 'at the end of 32 bits'],
  ])('of many numbers %j, %s', async (keys) => {
    const attributes = {
      keys_tensor: { tensor: tensorOf('float64', keys) },
      values_tensor: {
        tensor: tensorOf(
          'int64',
          keys.map((_, at) => at),
        ),
      },
    };
    const model = graph('float64', 1, [node('ml:LabelEncoder', ['X'], ['y'], attributes)], 'int64', { ml: 4 });
    const near = keys.flatMap((key) => [key, key + 0.5, key - 1, key + 2 ** 32, -key]);
    await expectEqual(model, batchOf('float64', 1, new Random(3), [...near, ...numbers.float64]));
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

  test('that takes no unknown category fails also where none of its values is read', async () => {
    const nodes = [
      node('ml:OneHotEncoder', ['X'], ['h'], { cats_strings: { strings: ['a', 'b'] }, zeros: { int: 0 } }),
      node('Flatten', ['h'], ['f']),
      node('ml:LabelEncoder', ['X'], ['p'], { keys_strings: { strings: ['a'] }, values_floats: { floats: [1] } }),
      node('Concat', ['f', 'p'], ['both'], { axis: { int: 1 } }),
      node('ml:ArrayFeatureExtractor', ['both', 'third'], ['y']),
    ];
    const model = graph('string', 1, nodes, 'float32', { initializers: [int64Tensor('third', [1], [2])] });
    await expectEqual(model, batchOf('string', 1, new Random(1), ['a', 'b']));
    await expectRefused(model, ['a'], ['c']);
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

import { type AttributeValue, int64Tensor, node, Random, value } from '@slipway/testkit';
import { describe, test } from 'vitest';
import { batchOf, expectEqual, expectRefused, graph, numbers, texts } from './fixtures/encoders.ts';
import type { OnnxTensor } from './onnx/index.ts';

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

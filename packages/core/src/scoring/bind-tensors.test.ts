import {
  echoModel,
  embeddingModel,
  feature,
  imageModel,
  inputContract,
  mapsOf,
  modelOf,
  node,
  value,
} from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import type { Feature, OutputField } from '../contract/index.ts';
import { type OnnxModel, readSignature, type TensorType } from '../model/index.ts';
import { bindContract, withTypeBounds } from './index.ts';

const vector = (name: string, shape: readonly number[]): OutputField => ({
  kind: 'vector',
  name,
  from: name,
  shape,
  nullable: false,
  description: null,
});
const score = (from: string, index: number | null = null): OutputField => {
  const none = { class: null, minimum: null, maximum: null, enum: null, description: null, nullable: false };
  return { kind: 'score', name: 's', type: 'number', from, index, ...none };
};
const array = (name: string, shape: readonly number[], items: Feature['items'] = 'number') =>
  feature({ name, type: 'array', shape, items });

function bind(model: OnnxModel, features: readonly Feature[], fields: readonly OutputField[]) {
  return bindContract(inputContract(features), { fields, rank: null }, readSignature(model));
}

const ids = [array('input_ids', [16], 'integer'), array('attention_mask', [16], 'integer')];

describe('inputs', () => {
  test('with open sizes take those of the contract', () => {
    const { inputs } = bind(imageModel(), [array('picture', [3, 8, 6])], [vector('probabilities', [3])]);
    expect(inputs).toEqual([{ input: 'image', type: 'float32', column: 0, width: 144, shape: [3, 8, 6] }]);
    expect(bind(embeddingModel(), ids, [vector('embedding', [8])]).inputs.map(({ shape }) => shape)).toEqual([
      [16],
      [16],
    ]);
  });

  test.each([
    [
      'a picture of another number of channels',
      imageModel(),
      [array('image', [4, 8, 6])],
      /shape \[N, 3, height, width\], the feature shape \[4, 8, 6\]/,
    ],
    ['flat values for open sizes', imageModel(), [array('image', [48])], /the feature shape \[48\] a row/],
    ['one number for a picture', imageModel(), [feature({ name: 'image' })], /the feature one value a row/],
    [
      'fractions for token ids',
      embeddingModel(),
      [array('input_ids', [16]), ids[1] as Feature],
      /an array of type number, .* takes int64/,
    ],
  ])('%s is CONTRACT_MISMATCH', (_, model, features, message) => {
    expect(() => bind(model, features, [])).toThrow(
      expect.objectContaining({ code: 'CONTRACT_MISMATCH', message: expect.stringMatching(message) }),
    );
  });

  test('without rows take one row a call: a list of features, or an array of all dimensions', () => {
    const echo = (shape: readonly (number | string)[]) =>
      modelOf('echo', {
        nodes: [node('Identity', ['x'], ['y'])],
        inputs: [value('x', 'float32', shape)],
        outputs: [value('y', 'float32', shape)],
      });
    const abc = ['a', 'b', 'c'].map((name) => feature({ name }));
    expect(bind(echo([3]), abc, [score('y', 2)]).inputs).toMatchObject([
      { column: 0, oneRow: true },
      { column: 1, oneRow: true },
      { column: 2, oneRow: true },
    ]);
    const grid = bind(echo(['n', 2]), [array('x', [5, 2])], [vector('y', [5, 2])]);
    expect(grid.inputs).toMatchObject([{ width: 10, shape: [5, 2], oneRow: true }]);
    expect(grid.outputs).toHaveLength(10);
  });
});

describe('integers', () => {
  const pixels = (type: TensorType) => echoModel(type, ['N', 2]);
  const bounded = (parts: Partial<Feature>, type: TensorType) => {
    const features = [{ ...array('x', [2], 'integer'), ...parts }];
    const binding = bind(pixels(type), features, [vector('y', [2])]);
    const [feature] = withTypeBounds(inputContract(features), binding).features;
    return [feature?.minimum, feature?.maximum];
  };

  test.each<[TensorType, Partial<Feature>, (number | null)[]]>([
    ['uint8', {}, [0, 255]],
    ['uint8', { minimum: 10, exclusiveMaximum: 20 }, [10, null]],
    ['int32', { maximum: 30_521 }, [-(2 ** 31), 30_521]],
    ['bool', {}, [0, 1]],
    ['int64', {}, [null, null]],
    ['float32', {}, [null, null]],
  ])('of a model input of type %s have its bounds, where the contract %o has none', (type, parts, bounds) => {
    expect(bounded(parts, type)).toEqual(bounds);
  });

  test('that the type cannot hold are CONTRACT_MISMATCH', () => {
    expect(() => bounded({ maximum: 300 }, 'uint8')).toThrow(
      expect.objectContaining({
        code: 'CONTRACT_MISMATCH',
        where: 'input.x.maximum',
        message: expect.stringContaining('allows 300'),
      }),
    );
    expect(() => bounded({ minimum: -1 }, 'uint64')).toThrow('allows -1');
  });
});

describe('outputs', () => {
  test('with open sizes are looked at when they are there', () => {
    const { outputs } = bind(embeddingModel(), ids, [vector('tokens', [16, 8]), score('count')]);
    expect(outputs[0]).toMatchObject({ output: 'tokens', shape: [16, 8] });
    // One that is declared needs no look.
    expect(outputs[128]).toEqual({ output: 'count', column: 0, type: 'int64', labels: null });
  });

  test.each([
    ['of another shape', [vector('embedding', [9])], /has shape \[8\] a row, the field \[9\]/],
    ['of more values than an answer holds', [vector('tokens', [1000, 1000])], /1000000 values a row/],
  ])('%s are CONTRACT_MISMATCH', (_, fields, message) => {
    expect(() => bind(embeddingModel(), ids, fields)).toThrow(
      expect.objectContaining({ code: 'CONTRACT_MISMATCH', message: expect.stringMatching(message) }),
    );
  });

  test('that are lists or maps are refused by what they are', () => {
    const base = imageModel();
    const outputs = [...base.graph.outputs, mapsOf('maps')];
    const nodes = [...base.graph.nodes, node('Identity', ['label'], ['maps'])];
    const model = { ...base, graph: { ...base.graph, nodes, outputs } };
    expect(() => bind(model, [array('image', [3, 2, 2])], [score('maps')])).toThrow('"maps" is a list (sequence)');
  });
});

describe('a signature', () => {
  // TypeProto { tensor_type { elem_type } }
  const rare = (type: number) => Uint8Array.of(0x0a, 2, 0x08, type);
  test.each([
    [16, 'bfloat16'],
    [14, 'complex64'],
    [17, 'float8e4m3fn'],
    [99, 'element type 99'],
  ])('of an input of element type %i says that it is %s, and what to do', (type, name) => {
    const base = imageModel();
    const inputs = [{ name: 'image', type: null, shape: null, otherType: rare(type) }];
    expect(() => readSignature({ ...base, graph: { ...base.graph, inputs } })).toThrow(
      expect.objectContaining({
        code: 'ARTIFACT_UNSUPPORTED',
        message: expect.stringContaining(`"image" is a tensor of ${name}`),
        hint: expect.stringContaining('Cast'),
      }),
    );
  });
});

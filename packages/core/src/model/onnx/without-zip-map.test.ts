import { forestModel, logisticModel, mapsOf, modelOf, networkModel, node, realModels, value } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { decodeModel } from './decode-model.ts';
import { withoutZipMap } from './without-zip-map.ts';

const operators = (model: ReturnType<typeof withoutZipMap>) => model.graph.nodes.map(({ opType }) => opType);

test('the scores take the name of the list of maps', () => {
  const { graph } = withoutZipMap(logisticModel());
  expect(graph.outputs).toEqual([
    { name: 'output_label', type: 'int64', shape: [null] },
    { name: 'output_probability', type: 'float32', shape: [null, 2] },
  ]);
  expect(graph.nodes.at(-1)).toMatchObject({
    opType: 'Identity',
    domain: '',
    inputs: ['probabilities'],
    outputs: ['output_probability'],
  });
});

test.each(realModels())('$name loses its ZipMap and nothing else', ({ bytes }) => {
  const model = decodeModel(bytes);
  const expected = operators(model).map((operator) => (operator === 'ZipMap' ? 'Identity' : operator));
  expect(operators(withoutZipMap(model))).toEqual(expected);
});

test('a model without ZipMap is the same object', () => {
  for (const model of [networkModel(), forestModel(), logisticModel({ zipMap: false })])
    expect(withoutZipMap(model)).toBe(model);
});

test('scores that are an output of their own keep their name beside the other', () => {
  const model = modelOf('both', {
    nodes: [
      node('ml:ZipMap', ['X'], ['maps'], { classlabels_strings: { strings: ['a', 'b'] } }),
      node('Identity', ['X'], ['scores']),
    ],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [mapsOf('maps'), value('scores', 'float32', [null, 2])],
  });
  expect(withoutZipMap(model).graph.outputs.map(({ name }) => name)).toEqual(['maps', 'scores']);
});

test('a ZipMap that another operator reads stays', () => {
  const model = modelOf('inner', {
    nodes: [
      node('ml:ZipMap', ['X'], ['maps'], { classlabels_int64s: { ints: [0, 1] } }),
      node('SequenceLength', ['maps'], ['n']),
    ],
    inputs: [value('X', 'float32', [null, 2])],
    outputs: [mapsOf('maps'), value('n', 'int64', [])],
  });
  expect(withoutZipMap(model)).toBe(model);
});

test('a model of ai.onnx.ml alone imports the domain of Identity', () => {
  const model = { ...logisticModel(), opsets: new Map([['ai.onnx.ml', 1]]) };
  expect(withoutZipMap(model).opsets).toEqual(
    new Map([
      ['ai.onnx.ml', 1],
      ['', 13],
    ]),
  );
});

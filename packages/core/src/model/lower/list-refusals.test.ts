import { logisticModel, modelOf, node, value, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import type { OnnxModel } from '../onnx/types.ts';
import { listRefusals } from './list-refusals.ts';
import { lower } from './lower.ts';

function chain(...operators: readonly string[]): OnnxModel {
  return modelOf('chain', {
    nodes: operators.map((operator, at) => node(operator, [`v${at}`], [`v${at + 1}`])),
    inputs: [value('v0', 'float32', ['N', 2])],
    outputs: [value(`v${operators.length}`, 'float32', ['N', 2])],
  });
}

const namesOf = (model: OnnxModel) => listRefusals(model, wholeBinding(model)).map(({ op }) => op);

test('nothing stands in the way of a model that compiles', () => {
  expect(namesOf(logisticModel())).toEqual([]);
});

test('all operators that the compiler does not know are named, with those that it knows between them left out', () => {
  expect(namesOf(chain('Wave', 'Identity', 'Ripple', 'Identity', 'Wave'))).toEqual(['Wave', 'Ripple', 'Wave']);
});

test('the first is the one at which lowering stops', () => {
  const model = chain('Identity', 'Wave', 'Ripple');
  const lowering = lower(model, wholeBinding(model));
  expect(lowering).toEqual({ kind: 'refused', ...listRefusals(model, wholeBinding(model))[0] });
});

test('inputs and outputs are named too', () => {
  const half: OnnxModel = {
    ...chain('Identity'),
    graph: { ...chain('Identity').graph, inputs: [value('v0', 'float16', ['N', 2])] },
  };
  expect(namesOf(half)).toEqual(['input']);
  const { inputs, outputs } = wholeBinding(logisticModel());
  const wide = outputs.map((lane) => ({ ...lane, shape: [7] }));
  expect(listRefusals(logisticModel(), { inputs, outputs: wide })).toMatchObject([{ op: 'output' }]);
});

test("a branch that nobody asks for stands in nobody's way", () => {
  const { graph, ...model } = logisticModel();
  const unread = { ...model, graph: { ...graph, nodes: [...graph.nodes, node('Wave', ['X'], ['waves'])] } };
  expect(listRefusals(unread, wholeBinding(logisticModel()))).toEqual([]);
});

import { feature, inputContract } from '@slipway/testkit';
import { expect, test } from 'vitest';
import type { Feature, OutputContract, OutputField, ScoreField } from '../contract/index.ts';
import type { ModelSignature, OutputSpec, TensorSpec } from '../model/index.ts';
import { bindContract } from './index.ts';

const matrix: TensorSpec = { name: 'X', type: 'float32', shape: [null, 2] };
const label: OutputSpec = { name: 'label', type: 'int64', shape: [null], width: 1, classes: [10, 20], isLabel: true };
const scores: OutputSpec = {
  name: 'p',
  type: 'float32',
  shape: [null, 2],
  width: 2,
  classes: [10, 20],
  isLabel: false,
};
const a = feature({ name: 'a' });
const b = feature({ name: 'b' });

function score(parts: Partial<ScoreField>): ScoreField {
  const none = { class: null, index: null, minimum: null, maximum: null, enum: null, description: null };
  return { kind: 'score', name: 's', type: 'number', from: 'p', nullable: false, ...none, ...parts };
}

function bind(features: readonly Feature[], inputs: readonly TensorSpec[], field: OutputField = score({ class: 20 })) {
  const signature: ModelSignature = { inputs, outputs: [label, scores] };
  const output: OutputContract = { fields: [field], rank: null };
  return bindContract(inputContract(features), output, signature);
}

const column = (name: string, type: TensorSpec['type'] = 'float32'): TensorSpec => ({ name, type, shape: [null, 1] });

test('one matrix takes the features side by side, in contract order', () => {
  expect(bind([a, b], [matrix]).inputs.map((lane) => [lane.input, lane.column])).toEqual([
    ['X', 0],
    ['X', 1],
  ]);
});

test('several inputs take the features of their names, in any order', () => {
  const lanes = bind([b, a], [column('a'), column('b')]).inputs;
  expect(lanes.map((lane) => [lane.input, lane.column])).toEqual([
    ['b', 0],
    ['a', 0],
  ]);
});

test('a tensor takes one array feature of its shape', () => {
  const image = feature({ name: 'image', type: 'array', shape: [3, 4, 4] });
  const spec: TensorSpec = { name: 'pixels', type: 'float32', shape: [null, 3, 4, 4] };
  expect(bind([image], [spec]).inputs).toEqual([{ input: 'pixels', type: 'float32', column: 0, width: 48 }]);
});

test('a class is found by its label, whether YAML read it as a number or as text', () => {
  expect(bind([a, b], [matrix], score({ class: 20 })).outputs[0]).toMatchObject({ output: 'p', column: 1 });
  expect(bind([a, b], [matrix], score({ class: '10' })).outputs[0]).toMatchObject({ output: 'p', column: 0 });
  expect(bind([a, b], [matrix], score({ index: 1 })).outputs[0]).toMatchObject({ output: 'p', column: 1 });
});

test.each<[string, readonly Feature[], readonly TensorSpec[], OutputField | undefined, RegExp]>([
  ['too few features', [a], [matrix], undefined, /has 2 columns, the contract gives 1/],
  ['a feature without an input', [a, b], [column('a'), column('c')], undefined, /no input "b"; it has "a", "c"/],
  ['an input without a feature', [a], [column('a'), column('c')], undefined, /No feature feeds the model's input "c"/],
  [
    'text for numbers',
    [feature({ name: 'a', type: 'string' }), b],
    [matrix],
    undefined,
    /of type string, .* takes float32/,
  ],
  ['numbers for text', [a], [column('a', 'string')], undefined, /of type number, .* takes string/],
  ['a fraction for an integer input', [a], [column('a', 'int64')], undefined, /of type number, .* takes int64/],
  [
    'a missing value for an integer input',
    [feature({ name: 'a', type: 'integer', missing: { kind: 'null' } })],
    [column('a', 'int64')],
    undefined,
    /may be missing, .* of type int64 has no missing value/,
  ],
  ['an output that is not there', [a, b], [matrix], score({ from: 'q' }), /no output "q"; it has "label", "p"/],
  ['a class that is not there', [a, b], [matrix], score({ class: 30 }), /no class 30; it has 10, 20/],
  ['a column that is not named', [a, b], [matrix], score({}), /has 2 columns, and the field doesn't say which/],
  ['an index beyond the columns', [a, b], [matrix], score({ index: 2 }), /there is no index 2/],
  ['a class of the label itself', [a, b], [matrix], score({ from: 'label', class: 10 }), /is the label itself/],
  [
    'text from scores',
    [a, b],
    [matrix],
    score({ type: 'string', class: 10 }),
    /holds scores, the field is of type string/,
  ],
])('%s is CONTRACT_MISMATCH and says what does not fit', (_, features, inputs, field, message) => {
  expect(() => bind(features, inputs, field)).toThrow(message);
  try {
    bind(features, inputs, field);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONTRACT_MISMATCH', where: expect.stringMatching(/^(input|output)/) });
  }
});

import type { OutputSpec } from '@slipway/core';
import { expect, test } from 'vitest';
import { draftOutputs } from './draft-outputs.ts';

function output(name: string, about: Partial<OutputSpec>): OutputSpec {
  return { name, type: 'float32', shape: ['N', about.width ?? 1], width: 1, classes: null, isLabel: false, ...about };
}

const draft = (outputs: readonly OutputSpec[], features: readonly string[] = [], bounded = false) =>
  draftOutputs({ inputs: [], outputs }, features, bounded);

test('two classes of a foreign classifier have label and score: its score need not be a probability', () => {
  const label = output('label', { type: 'string', classes: ['no', 'yes'], isLabel: true });
  expect(draft([label, output('scores', { classes: ['no', 'yes'], width: 2 })]).fields).toEqual({
    label: { type: 'string', from: 'label', nullable: true },
    score: { type: 'number', from: 'scores', class: 'yes', nullable: true },
  });
});

test('two classes with probabilities have a decision in place of the label', () => {
  const label = output('label', { type: 'int64', classes: [0, 1], isLabel: true });
  expect(Object.keys(draft([label, output('probabilities', { classes: [0, 1], width: 2 })], [], true).fields)).toEqual([
    'score',
    'decision',
  ]);
});

test('a few columns are a number each, many are an array, and so are many classes', () => {
  const classes = Array.from({ length: 40 }, (_, label) => label);
  const { fields } = draft([
    output('targets', { width: 2 }),
    output('embedding', { width: 384 }),
    output('image', { width: 12, shape: ['N', 3, 2, 2] }),
    output('digits', { width: 40, classes }),
  ]);
  expect(fields).toEqual({
    targets_1: { type: 'number', from: 'targets', index: 0, nullable: true },
    targets_2: { type: 'number', from: 'targets', index: 1, nullable: true },
    embedding: { type: 'array', from: 'embedding', shape: [384], nullable: true },
    image: { type: 'array', from: 'image', shape: [3, 2, 2], nullable: true },
    digits: { type: 'array', from: 'digits', shape: [40], nullable: true },
  });
});

test('single values keep their type', () => {
  const types = ['string', 'bool', 'int64', 'float64'] as const;
  const { fields } = draft(types.map((type) => output(type, { type })));
  expect(Object.values(fields).map(({ type }) => type)).toEqual(['string', 'boolean', 'integer', 'number']);
});

test('a field shares its name with no feature, no other field and no word of an answer', () => {
  const outputs = [output('Age', {}), output('version', {}), output('a', {}), output('A', {})];
  expect(Object.keys(draft(outputs, ['age']).fields)).toEqual(['Age_2', 'version_2', 'a', 'A_2']);
});

test('an output that no contract can hold is told; a model of none but such is refused', () => {
  const open = output('boxes', { width: null, shape: ['N', null, 4] });
  expect(draft([open, output('score', {})]).notes).toEqual([
    expect.stringMatching(/"boxes", float32 of the shape \[N, \?, 4\], is in no field/),
  ]);
  expect(() => draft([open])).toThrow(/No output of the model/);
});

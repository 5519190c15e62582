import { parseLaunch, type Reference } from '@slipway/core';
import { expect, test } from 'vitest';
import { referenceFault } from './reference-fault.ts';

const launch = parseLaunch(
  'slipway: 1\nmodel: m\nversion: 1.1.0\nartifact: model.onnx\ninput: { x: { type: number } }\noutput: { y: { type: number, from: y } }\n',
  'launch.yaml',
);
const profile = { kind: 'category', count: 0, missing: 0, categories: [], other: 0 } as const;

function reference(change: Partial<Reference>): Reference {
  const features = [{ ...profile, name: 'x' }];
  return {
    slipway_reference: 1,
    model: 'm',
    version: '1.0.0',
    features,
    scores: [{ ...profile, name: 'y' }],
    ...change,
  };
}

test('a reference serves later versions with the same features and scores', () => {
  expect(referenceFault(launch, reference({}))).toBeNull();
});

test('a reference of another model, or without a feature or a score, is none of this launch file', () => {
  expect(referenceFault(launch, reference({ model: 'other' }))).toMatch(/of the model other, not m/);
  expect(referenceFault(launch, reference({ features: [] }))).toMatch(/the feature x/);
  expect(referenceFault(launch, reference({ scores: [] }))).toMatch(/the score y/);
});

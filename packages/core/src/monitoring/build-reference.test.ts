import { expect, test } from 'vitest';
import { buildReference, parseReference, writeReference } from './index.ts';
import type { FieldProfile, ProfileColumn } from './types.ts';

function profileOf(column: ProfileColumn): FieldProfile {
  return buildReference({ model: 'm', version: '1.0.0', features: [column], scores: [] }).features[0];
}

test('numbers are profiled with their moments, their range and equal-frequency bins', () => {
  expect(profileOf({ name: 'x', values: Float64Array.of(4, Number.NaN, 2, 6, 8) })).toEqual({
    kind: 'number',
    name: 'x',
    count: 4,
    missing: 1,
    minimum: 2,
    maximum: 8,
    mean: 5,
    sd: Math.sqrt(20 / 3),
    edges: [4, 6, 8],
    counts: [1, 1, 1, 1],
  });
});

test('a column without values has no moments', () => {
  const empty = { kind: 'number', name: 'x', count: 0, missing: 1, minimum: null, maximum: null, mean: null, sd: null };
  expect(profileOf({ name: 'x', values: Float64Array.of(Number.NaN) })).toEqual({ ...empty, edges: [], counts: [0] });
});

test('large numbers that are close together keep their spread', () => {
  const profile = profileOf({ name: 'x', values: Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3) });
  expect(profile).toMatchObject({ sd: 1 });
});

test('text is profiled by category, the most frequent first', () => {
  expect(profileOf({ name: 'plan', values: ['basic', 'pro', null, 'basic'] })).toEqual({
    kind: 'category',
    name: 'plan',
    count: 3,
    missing: 1,
    categories: [
      { value: 'basic', count: 2 },
      { value: 'pro', count: 1 },
    ],
    other: 0,
  });
});

test('of very many categories the rarest are counted together', () => {
  const values = Array.from({ length: 60 }, (_, index) => `c${String(index).padStart(2, '0')}`);
  const profile = profileOf({ name: 'plan', values: [...values, 'c59'] });
  expect(profile).toMatchObject({ count: 61, other: 10 });
  expect(profile.kind === 'category' ? profile.categories[0] : null).toEqual({ value: 'c59', count: 2 });
});

test('a reference reads back from its JSON as it was', () => {
  const reference = buildReference({
    model: 'learner-risk',
    version: '1.0.0',
    features: [
      { name: 'plan', values: ['a', null] },
      { name: 'x', values: Float64Array.of(1, 2, 3) },
    ],
    scores: [{ name: 'risk_score', values: Float32Array.of(0.1, 0.2, Number.NaN) }],
  });
  expect(parseReference(writeReference(reference), 'reference.json')).toEqual(reference);
});

test('an empty reference is written and read back too', () => {
  const reference = buildReference({ model: 'm', version: '1.0.0', features: [], scores: [] });
  expect(writeReference(reference)).toContain('"features": []');
  expect(parseReference(writeReference(reference), 'reference.json')).toEqual(reference);
});

import { expect, test } from 'vitest';
import { buildReference, createScoreProfile } from './index.ts';

const reference = buildReference({
  model: 'm',
  version: '1.0.0',
  features: [],
  scores: [
    { name: 'risk', values: Float32Array.of(0.125, 0.25, 0.5, 0.75) },
    { name: 'plan', values: ['a', 'a', 'b'] },
  ],
});

test('scores are counted over the frozen bins, chunk after chunk', () => {
  const profile = createScoreProfile(reference);
  profile.add('risk', Float32Array.of(0, 0.25, Number.NaN));
  profile.add('risk', Float32Array.of(0.6, 1, 9), 2);
  profile.add('plan', ['a', 'new', null, '']);
  expect(profile.counts()).toEqual([
    {
      name: 'risk',
      count: 4,
      missing: 1,
      minimum: 0,
      maximum: 1,
      mean: (0.25 + Math.fround(0.6) + 1) / 4,
      counts: [1, 1, 1, 1],
    },
    { name: 'plan', count: 2, missing: 2, minimum: null, maximum: null, mean: null, counts: [1, 0, 1] },
  ]);
});

test('a profile without rows has neither range nor mean', () => {
  expect(createScoreProfile(reference).counts()[0]).toMatchObject({
    count: 0,
    minimum: null,
    maximum: null,
    mean: null,
  });
});

test('a score that the reference does not know is ignored', () => {
  const profile = createScoreProfile(reference);
  profile.add('other', Float32Array.of(1));
  expect(profile.names).toEqual(['risk', 'plan']);
  expect(profile.counts().every((counts) => counts.count === 0)).toBe(true);
});

test('profiles of parts add up to the profile of the whole', () => {
  const values = Float64Array.from({ length: 100 }, (_, index) => ((index * 37) % 101) / 101);
  const plans = Array.from({ length: 100 }, (_, index) => ['a', 'b', 'c', null][index % 4]);
  const whole = createScoreProfile(reference);
  whole.add('risk', values);
  whole.add('plan', plans);
  const merged = createScoreProfile(reference);
  for (const [from, to] of [
    [0, 40],
    [40, 100],
  ]) {
    const part = createScoreProfile(reference);
    part.add('risk', values.subarray(from, to));
    part.add('plan', plans.slice(from, to));
    merged.merge(JSON.parse(JSON.stringify(part.counts())));
  }
  merged.merge(createScoreProfile(reference).counts());
  const [risk, plan] = whole.counts();
  const [riskMerged, planMerged] = merged.counts();
  expect(planMerged).toEqual(plan);
  expect({ ...riskMerged, mean: null }).toEqual({ ...risk, mean: null });
  expect(riskMerged.mean).toBeCloseTo(risk.mean ?? Number.NaN, 14);
});

test('counts over other bins are a programming error', () => {
  const profile = createScoreProfile(reference);
  const [risk] = profile.counts();
  expect(() => profile.merge([{ ...risk, counts: [1] }])).toThrow(/same reference/);
});

import { expect, test } from 'vitest';
import { isSlipwayError } from '../errors/index.ts';
import { buildReference, parseReference } from './index.ts';

const good = buildReference({
  model: 'learner-risk',
  version: '1.0.0',
  features: [{ name: 'plan', values: ['a', 'b'] }],
  scores: [{ name: 'risk_score', values: Float32Array.of(0.25, 0.5) }],
});
const [plan] = good.features;
const [score] = good.scores;

const bad: readonly (readonly [string, unknown])[] = [
  ['A reference is a JSON object.', []],
  ['slipway_reference is 2; this Slipway reads format 1.', { ...good, slipway_reference: 2 }],
  ['slipway_reference is undefined; this Slipway reads format 1.', {}],
  ['model and version must be texts.', { ...good, model: 7 }],
  ['features must be a list.', { ...good, features: {} }],
  ['features has "plan" twice.', { ...good, features: [plan, plan] }],
  ['scores[0] must be an object with a name.', { ...good, scores: [null] }],
  ['scores[0] needs whole count and missing.', { ...good, scores: [{ ...score, count: 1.5 }] }],
  ['scores[0].kind is "text"; it must be "number" or "category".', { ...good, scores: [{ ...score, kind: 'text' }] }],
  ['scores[0].edges must be numbers that ascend.', { ...good, scores: [{ ...score, edges: [1, 1] }] }],
  ['scores[0].edges must be numbers that ascend.', { ...good, scores: [{ ...score, edges: ['1'] }] }],
  [
    'scores[0].counts must be whole numbers, one more than edges has.',
    { ...good, scores: [{ ...score, counts: [2] }] },
  ],
  ['scores[0].counts sum to 3, but count is 2.', { ...good, scores: [{ ...score, counts: [1, 2] }] }],
  ['scores[0] needs numbers or null for minimum, maximum, mean, sd.', { ...good, scores: [{ ...score, sd: 'x' }] }],
  ['features[0].other must be a whole number.', { ...good, features: [{ ...plan, other: -1 }] }],
  [
    'features[0].categories must be a list of objects with a value and a count.',
    { ...good, features: [{ ...plan, categories: [{ value: 'a' }] }] },
  ],
  ['features[0] has 3 rows in its categories, but count is 2.', { ...good, features: [{ ...plan, other: 1 }] }],
];

test.each(bad)('a reference is refused with its fault: %s', (message, value) => {
  expect(refusal(JSON.stringify(value))).toEqual({ code: 'REFERENCE_INVALID', message, where: 'reference.json' });
});

test('text that is no JSON is refused', () => {
  expect(refusal('{')).toMatchObject({
    code: 'REFERENCE_INVALID',
    message: expect.stringMatching(/^It is not JSON: /),
  });
});

function refusal(text: string): unknown {
  try {
    return parseReference(text, 'reference.json');
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    return { code: error.code, message: error.message, where: error.where };
  }
}

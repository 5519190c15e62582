import { feature, inputContract } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { inputJsonSchema, outputJsonSchemas } from './index.ts';

test('the input schema carries ranges, categories, units, and which fields may be left out', () => {
  const contract = inputContract(
    [
      feature({ name: 'hours', minimum: 0, unit: 'hours per week' }),
      feature({ name: 'plan', type: 'string', enum: ['free', 'paid'], missing: { kind: 'fill', value: 'free' } }),
      feature({ name: 'v', type: 'array', shape: [2, 3] }),
    ],
    { unit: 'learner_id', context: ['cohort'] },
  );
  const schema = inputJsonSchema(contract);
  expect(schema).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['hours', 'v'],
    properties: {
      hours: { type: 'number', minimum: 0, description: 'Unit: hours per week.' },
      plan: { type: ['string', 'null'], enum: ['free', 'paid', '', null], default: 'free' },
      v: { anyOf: [{ minItems: 2, items: { minItems: 3 } }, { minItems: 6 }] },
    },
  });
  expect(Object.keys(schema.properties as object)).toEqual(['hours', 'plan', 'v', 'learner_id', 'cohort']);
});

test('an output schema says what a decision means and which outputs may be null', () => {
  const decision = {
    kind: 'decision',
    name: 'needs_support',
    on: 'risk_score',
    at: 0.7,
    nullable: true,
    description: null,
  } as const;
  expect(outputJsonSchemas({ fields: [decision], rank: null })).toEqual({
    needs_support: { type: ['boolean', 'null'], description: 'True where risk_score is at least 0.7.' },
  });
});

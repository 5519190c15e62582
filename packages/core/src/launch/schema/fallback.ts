import { launchDefaults } from '../defaults.ts';
import { fieldName, semanticVersion } from './forms.ts';
import { block, type JsonSchema, listOf, oneWordOf } from './json-schema.ts';

const answer: JsonSchema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1000,
  additionalProperties: {
    title: 'Value of an output',
    description: 'A value that the output contract allows; null only where the field is nullable.',
    type: ['number', 'string', 'boolean', 'null', 'array'],
    examples: [null],
  },
};

const when = listOf(
  {
    title: 'When',
    description:
      'What the fallback answers for: an error of the model, a prediction that misses its deadline (timeout), too much load (overload). A model that was switched off is answered for whatever stands here.',
    default: launchDefaults.fallbackWhen,
    examples: [['error', 'timeout']],
  },
  oneWordOf({ title: 'Reason', description: 'One reason to fall back.' }, ['error', 'timeout', 'overload']),
);

const condition = block(
  {
    title: 'Condition',
    description: 'A comparison of one feature: exactly one of below, at_least and equal.',
    examples: [{ field: 'quiz_score', below: 40 }],
  },
  {
    field: fieldName({ title: 'Feature', description: 'The feature to look at.', examples: ['quiz_score'] }),
    below: {
      title: 'Below',
      description: 'Holds where the feature is less than this.',
      type: 'number',
      examples: [40],
    },
    at_least: {
      title: 'At least',
      description: 'Holds where the feature is this or more.',
      type: 'number',
      examples: [40],
    },
    equal: {
      title: 'Equal',
      description: 'Holds where the feature is exactly this.',
      type: ['number', 'string', 'boolean'],
      examples: ['premium', true],
    },
  },
  ['field'],
);

const rules = listOf(
  {
    title: 'Rules',
    description: 'Tried in order; the first whose condition holds gives the answer, else `use` does.',
    examples: [[{ if: { field: 'quiz_score', below: 40 }, use: { risk_score: null, needs_support: true } }]],
  },
  block(
    { title: 'Rule', description: 'A condition and the answer where it holds.' },
    {
      if: condition,
      use: {
        ...answer,
        title: 'Answer',
        description: 'A value for every output.',
        examples: [{ risk_score: null, needs_support: true }],
      },
    },
    ['if', 'use'],
  ),
  { itemsMax: 100 },
);

/** A constant, rules before a constant, or another version: told apart by `version`. */
export const fallbackFields: Readonly<Record<string, JsonSchema>> = {
  fallback: {
    title: 'Fallback behaviour (fact 5)',
    description:
      'What users get when the model cannot answer: a constant, a rule on the inputs, or another version. The answer says that it is a fallback. Batch never falls back; it quarantines.',
    examples: [{ when: ['error', 'timeout', 'overload'], use: { risk_score: null, needs_support: null } }],
    oneOf: [
      block(
        { title: 'fallback to a constant or to rules', description: 'Answers that need no model.' },
        {
          when,
          rules,
          use: {
            ...answer,
            title: 'Answer',
            description: 'A value for every output, used when no rule holds.',
            examples: [{ risk_score: null, needs_support: null }],
          },
        },
        ['use'],
      ),
      block(
        { title: 'fallback to another version', description: 'Another version of this model answers.' },
        {
          when,
          version: semanticVersion(
            {
              title: 'Version',
              description: 'The version that answers instead: `previous`, or its number.',
              examples: ['previous', '0.9.0'],
            },
            ['previous'],
          ),
        },
        ['version'],
      ),
    ],
  },
};

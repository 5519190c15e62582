import { launchDefaults } from '../defaults.ts';
import { fieldName, fieldNamePattern } from './forms.ts';
import { block, type JsonSchema, listOf } from './json-schema.ts';

/** Names that every answer carries beside the outputs. */
const reservedOutputNames = ['model', 'version', 'prediction_id', 'thresholds', 'fallback', 'error'] as const;

const from: JsonSchema = {
  title: 'Output of the model',
  description: 'The name of the ONNX output that the values are read from; `slipway inspect` lists them.',
  type: 'string',
  minLength: 1,
  maxLength: 1000,
  examples: ['probabilities', 'label'],
};

const column: Readonly<Record<string, JsonSchema>> = {
  class: {
    title: 'Class',
    description: 'The class label whose column is meant, where the output has one column for each class.',
    type: ['integer', 'string'],
    errorMessage: 'Expected a class label: an integer or a text',
    examples: [1, 'fraud'],
  },
  index: {
    title: 'Column',
    description: 'The column of the output that is meant, from 0, where the output has no class labels.',
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    examples: [0],
  },
};

const nullable: JsonSchema = {
  title: 'May be null',
  description: 'Whether the answer may be null, as a fallback may want it.',
  type: 'boolean',
  default: launchDefaults.nullable,
  examples: [true],
};

const description: JsonSchema = {
  title: 'Description',
  description: 'What the field means, for people; it appears in the OpenAPI document.',
  type: 'string',
  maxLength: 2000,
  examples: ['Chance that the learner will need support'],
};

const decision = block(
  {
    title: 'decision',
    description: 'True where a score reaches a threshold: `score >= at`, the same in every pattern.',
  },
  {
    type: { title: 'Type', description: 'A decision is a boolean.', const: 'boolean', examples: ['boolean'] },
    threshold: block(
      {
        title: 'Threshold',
        description: 'The score to look at and the value from which on the decision is true.',
        examples: [{ on: 'risk_score', at: 0.7 }],
      },
      {
        on: fieldName({ title: 'Score', description: 'The output field with the score.', examples: ['risk_score'] }),
        at: {
          title: 'Threshold value',
          description: 'The decision is true where the score is at least this. Rounded once to the type of the score.',
          type: 'number',
          examples: [0.7],
        },
      },
      ['on', 'at'],
    ),
    nullable,
    description,
  },
  ['type', 'threshold'],
);

const numericScore = block(
  { title: 'score', description: 'A number that the model gives.' },
  {
    type: {
      title: 'Type',
      description: 'number for a score; integer for a count or an integer class label.',
      enum: ['number', 'integer'],
      examples: ['number'],
    },
    from,
    ...column,
    minimum: {
      title: 'Minimum',
      description: 'The least score that the contract allows; a smaller one is an error of the model.',
      type: 'number',
      examples: [0],
    },
    maximum: {
      title: 'Maximum',
      description: 'The greatest score that the contract allows; a greater one is an error of the model.',
      type: 'number',
      examples: [1],
    },
    enum: listOf(
      { title: 'Labels', description: 'The closed set of integer labels.', examples: [[0, 1]] },
      { type: 'integer' },
      { itemsMax: 10_000 },
    ),
    nullable,
    description,
  },
  ['type', 'from'],
);

const label = block(
  { title: 'label', description: 'A class label, or a value that is true or false, as the model gives it.' },
  {
    type: {
      title: 'Type',
      description: 'string for a text label; boolean for an output that is true or false, or 1 or 0.',
      enum: ['string', 'boolean'],
      examples: ['string'],
    },
    from,
    ...column,
    enum: listOf(
      { title: 'Labels', description: 'The closed set of labels.', examples: [['spam', 'ham']] },
      { type: 'string', maxLength: 1000 },
      { itemsMax: 10_000 },
    ),
    nullable,
    description,
  },
  ['type', 'from'],
);

const vector = block(
  { title: 'array', description: 'All columns of one output of the model, as an array of fixed shape.' },
  {
    type: { title: 'Type', description: 'An array of numbers.', const: 'array', examples: ['array'] },
    from,
    shape: {
      title: 'Shape',
      description: 'The length of each dimension, without the one that counts records.',
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      minItems: 1,
      maxItems: 8,
      examples: [[3]],
    },
    nullable,
    description,
  },
  ['type', 'from', 'shape'],
);

/** The output contract, and how many predictions are ordered and cut. */
export const outputFields: Readonly<Record<string, JsonSchema>> = {
  output: {
    title: 'Output contract (fact 4)',
    description:
      'The fields of an answer by name. The names model, version, prediction_id, thresholds, fallback and error are reserved: answers carry them already.',
    examples: [{ risk_score: { type: 'number', minimum: 0, maximum: 1, from: 'probabilities', class: 1 } }],
    type: 'object',
    minProperties: 1,
    maxProperties: 1000,
    propertyNames: {
      maxLength: 128,
      pattern: `^(?!(${reservedOutputNames.join('|')})$)${fieldNamePattern.slice(1)}`,
      errorMessage: `Expected an output name: 1 to 128 printable characters, without blanks at its ends, and none of ${reservedOutputNames.join(', ')}`,
    },
    additionalProperties: {
      title: 'Output field',
      description: 'A score or a label that the model gives, a decision that a threshold makes, or an array.',
      examples: [{ type: 'boolean', threshold: { on: 'risk_score', at: 0.7 } }],
      oneOf: [numericScore, label, decision, vector],
    },
  },
  rank: block(
    {
      title: 'Order and cut',
      description: 'How many predictions are ordered and cut, for lists and recommendations.',
      examples: [{ by: 'risk_score', within: 'mentor_id', top: 10 }],
    },
    {
      by: fieldName({
        title: 'Order by',
        description: 'The numeric output to order by, highest first.',
        examples: ['risk_score'],
      }),
      within: fieldName({
        title: 'Within',
        description:
          'The field whose values make the groups: one list for each. Without it all predictions make one list.',
        examples: ['mentor_id'],
      }),
      top: {
        title: 'At most',
        description: 'How many of each list to keep. Without it all are kept.',
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000_000,
        examples: [10],
      },
    },
    ['by'],
  ),
};

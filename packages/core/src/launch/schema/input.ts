import { launchDefaults } from '../defaults.ts';
import { fieldName, fieldNamePattern } from './forms.ts';
import { type About, block, type JsonSchema, listOf } from './json-schema.ts';

const description: JsonSchema = {
  title: 'Description',
  description: 'What the field means, for people; it appears in the OpenAPI document.',
  type: 'string',
  maxLength: 2000,
  examples: ['Hours of study in the last seven days'],
};

function bounds(examples: {
  readonly minimum: number;
  readonly maximum: number;
}): Readonly<Record<string, JsonSchema>> {
  return {
    minimum: {
      title: 'Minimum',
      description: 'The least value allowed.',
      type: 'number',
      examples: [examples.minimum],
    },
    maximum: {
      title: 'Maximum',
      description: 'The greatest value allowed.',
      type: 'number',
      examples: [examples.maximum],
    },
    exclusiveMinimum: {
      title: 'Exclusive minimum',
      description: 'Values must be greater than this.',
      type: 'number',
      examples: [examples.minimum],
    },
    exclusiveMaximum: {
      title: 'Exclusive maximum',
      description: 'Values must be less than this.',
      type: 'number',
      examples: [examples.maximum],
    },
  };
}

const unit: JsonSchema = {
  title: 'Unit of measure',
  description: 'What the number counts, for people.',
  type: 'string',
  maxLength: 100,
  examples: ['hours per week'],
};

const missingMeaning =
  'What to do when the value is absent or null: `reject` the record, give the model its own missing value (`null`: NaN, or the empty text), or fill in the value that stands here.';

function missing(fill: JsonSchema, choices: string, example: unknown): JsonSchema {
  const errorMessage = `Expected ${choices}`;
  return {
    title: 'When the value is missing',
    description: missingMeaning,
    default: launchDefaults.missing,
    examples: ['reject', null, example],
    errorMessage,
    oneOf: [
      { title: 'refuse the record', const: 'reject', errorMessage },
      { title: "the model's own missing value", type: 'null', errorMessage },
      { ...fill, errorMessage },
    ],
  };
}

function numeric(type: 'number' | 'integer', about: About): JsonSchema {
  return block(
    about,
    {
      type: { title: 'Type', description: meaningOfType, const: type, examples: [type] },
      ...bounds({ minimum: 0, maximum: 100 }),
      unit,
      description,
      missing: missing(
        { title: 'fill in', type },
        `reject, null or ${type === 'integer' ? 'an integer' : 'a number'} to fill in`,
        0,
      ),
    },
    ['type'],
  );
}

const meaningOfType =
  'The type of the value: number (read as float64 and rounded once to the type of the model), integer, boolean, string, or array (a tensor of fixed shape).';

const booleanFeature = block(
  { title: 'boolean feature', description: 'A value that is true or false.' },
  {
    type: { title: 'Type', description: meaningOfType, const: 'boolean', examples: ['boolean'] },
    description,
    missing: missing({ title: 'fill in', type: 'boolean' }, 'reject, null, true or false', false),
  },
  ['type'],
);

const stringFeature = block(
  { title: 'string feature', description: 'A text: one of a closed set of categories, or open.' },
  {
    type: { title: 'Type', description: meaningOfType, const: 'string', examples: ['string'] },
    enum: listOf(
      {
        title: 'Categories',
        description: 'The closed set of texts allowed. Without it the text is open.',
        examples: [['basic', 'premium']],
      },
      { type: 'string', maxLength: 1000 },
      { itemsMax: 10_000 },
    ),
    maxLength: {
      title: 'Longest text',
      description: 'The greatest length of an open text, in UTF-16 code units.',
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: launchDefaults.maxLength,
      examples: [200],
    },
    description,
    missing: {
      title: 'When the value is missing',
      description: `${missingMeaning} The text "reject" itself cannot be filled in.`,
      type: ['string', 'null'],
      default: launchDefaults.missing,
      examples: ['reject', null, 'unknown'],
      errorMessage: 'Expected reject, null or a text to fill in',
    },
  },
  ['type'],
);

const arrayFeature = block(
  { title: 'array feature', description: 'A tensor of numbers of fixed shape.' },
  {
    type: { title: 'Type', description: meaningOfType, const: 'array', examples: ['array'] },
    shape: {
      title: 'Shape',
      description: 'The length of each dimension, without the one that counts records.',
      type: 'array',
      items: { type: 'integer', minimum: 1, maximum: 1_000_000 },
      minItems: 1,
      maxItems: 8,
      examples: [[768], [3, 32, 32]],
    },
    items: {
      title: 'Elements',
      description:
        'What the elements are: number, or integer (token ids, pixels) for a model input that holds integers. A fraction is refused then.',
      enum: ['number', 'integer'],
      default: launchDefaults.items,
      examples: ['integer'],
    },
    ...bounds({ minimum: -1, maximum: 1 }),
    unit,
    description,
    missing: {
      title: 'When the value is missing',
      description: `${missingMeaning} An array has no fill value.`,
      default: launchDefaults.missing,
      examples: ['reject', null],
      errorMessage: 'Expected reject or null',
      oneOf: [
        { title: 'refuse the record', const: 'reject' },
        { title: 'NaN in every place', type: 'null' },
      ],
    },
  },
  ['type', 'shape'],
);

/** The input contract and the fields that travel beside it. */
export const inputFields: Readonly<Record<string, JsonSchema>> = {
  input: {
    title: 'Input contract (fact 3)',
    description:
      'The features by name, in the order in which the model takes them. A model with one matrix input and one with an input for each column are written the same.',
    examples: [{ hours_studied: { type: 'number', minimum: 0, maximum: 168 } }],
    type: 'object',
    minProperties: 1,
    maxProperties: 10_000,
    propertyNames: {
      maxLength: 128,
      pattern: `^(?!records$)${fieldNamePattern.slice(1)}`,
      errorMessage:
        'Expected a feature name: 1 to 128 printable characters, without blanks at its ends, and not "records" or "__proto__"',
    },
    additionalProperties: {
      title: 'Feature',
      description: 'The type of one feature, the values it allows, and what to do when it is missing.',
      examples: [{ type: 'number', minimum: 0, maximum: 168, unit: 'hours per week' }],
      oneOf: [
        numeric('number', { title: 'number feature', description: 'A finite number.' }),
        numeric('integer', {
          title: 'integer feature',
          description: 'A whole number between -(2^53 - 1) and 2^53 - 1.',
        }),
        booleanFeature,
        stringFeature,
        arrayFeature,
      ],
    },
  },
  unit: fieldName({
    title: 'Unit of assignment',
    description:
      'The field that names the thing a prediction is about. Accepted in every pattern, logged, hashed to assign variants, and never given to the model.',
    examples: ['learner_id'],
  }),
  context: listOf(
    {
      title: 'Context',
      description: 'Fields that travel with a record and are logged, but are never given to the model.',
      examples: [['cohort', 'mentor_id']],
    },
    fieldName({ title: 'Context field', description: 'The name of one field.' }),
  ),
};

import {
  errorRegistry,
  inputJsonSchema,
  issueRules,
  type JsonSchema,
  type Launch,
  type OutputContract,
  outputJsonSchemas,
} from '@slipway/core';
import { serverLimits } from '../limits.ts';

/** The schemas of requests and answers. Those of record and prediction come from the contract. */
export function schemasOf(launch: Launch): Readonly<Record<string, JsonSchema>> {
  return {
    Record: inputJsonSchema(launch.input),
    Records: recordsSchema(launch.online.records),
    Prediction: predictionSchema(launch),
    Predictions: predictionsSchema,
    ErrorAnswer: { type: 'object', properties: { error: { $ref: errorRef } }, ...closed(['error']) },
    Error: errorSchema,
    Issue: issueSchema,
    Live: { type: 'object', properties: { live: { const: true } }, ...closed(['live']) },
    Ready: readySchema,
    Models: modelsSchema,
    FallbackSwitch: switchSchema,
    FallbackSwitched: switchedSchema,
    ModelStatus: modelStatusSchema,
    Index: indexSchema,
    OpenApi: { type: 'object', properties: { openapi: { type: 'string' } }, required: ['openapi'] },
  };
}

const errorRef = '#/components/schemas/Error';
const text: JsonSchema = { type: 'string' };

function closed(required: readonly string[]): JsonSchema {
  return { required, additionalProperties: false };
}

function recordsSchema(recordsMax: number): JsonSchema {
  const records = { type: 'array', items: { $ref: '#/components/schemas/Record' }, maxItems: recordsMax };
  const strict = {
    type: 'boolean',
    default: false,
    description: 'Whether one record that cannot be answered refuses them all.',
  };
  return { type: 'object', properties: { records, strict }, ...closed(['records']) };
}

function predictionSchema({ model, version, output, fallback }: Launch): JsonSchema {
  const outputs = outputJsonSchemas(output);
  const properties = {
    ...outputs,
    thresholds: thresholdsSchema(output),
    prediction_id: { ...text, description: 'Names this prediction in events and outcomes.' },
    model: { const: model },
    version: { const: version },
    ...(fallback === null ? {} : { fallback: fallbackSchema }),
  };
  const required = [...Object.keys(outputs), 'thresholds', 'prediction_id', 'model', 'version'];
  return { type: 'object', properties, ...closed(required) };
}

function thresholdsSchema(output: OutputContract): JsonSchema {
  const decisions = output.fields.filter((field) => field.kind === 'decision');
  const properties = Object.fromEntries(decisions.map((field) => [field.name, { const: field.at }]));
  return {
    type: 'object',
    description: 'Of each decision, the threshold that it was made at.',
    properties,
    ...closed(Object.keys(properties)),
  };
}

const fallbackSchema: JsonSchema = {
  type: 'object',
  description: 'Present where the fallback answered instead of the model.',
  properties: { reason: { enum: ['error', 'timeout', 'overload', 'switched'] } },
  ...closed(['reason']),
};

const predictionsSchema: JsonSchema = {
  type: 'object',
  properties: {
    predictions: {
      type: 'array',
      items: {
        oneOf: [{ $ref: '#/components/schemas/Prediction' }, { $ref: '#/components/schemas/ErrorAnswer' }],
      },
    },
  },
  ...closed(['predictions']),
};

const errorSchema: JsonSchema = {
  type: 'object',
  properties: {
    code: {
      enum: Object.keys(errorRegistry),
      description: 'Names the error; the reference page of errors explains it.',
    },
    message: { ...text, description: 'What is wrong, with the offending value.' },
    where: { ...text, description: 'A place in the body, or the record of many.' },
    hint: { ...text, description: 'What to do.' },
    issues: { type: 'array', items: { $ref: '#/components/schemas/Issue' }, maxItems: serverLimits.issues },
    issues_total: { type: 'integer', description: 'How many rules are broken, where not all are listed.' },
    request_id: text,
  },
  ...closed(['code', 'message', 'hint']),
};

const issueSchema: JsonSchema = {
  type: 'object',
  description: 'One broken rule of one field.',
  properties: {
    record: { type: 'integer', minimum: 0, description: 'Of a record among many, its place.' },
    field: text,
    rule: { enum: issueRules },
    value: { description: 'The offending value, cut to a printable length; absent where the field is.' },
    message: text,
  },
  ...closed(['field', 'rule', 'message']),
};

const orNull = ['string', 'null'];

const modelStatusSchema: JsonSchema = {
  type: 'object',
  properties: {
    model: { type: orNull },
    version: { type: orNull, description: 'The version that answers.' },
    alias: { type: orNull, description: 'The alias that it follows.' },
    state: { enum: ['loading', 'ready', 'failed', 'unloaded'] },
    switched_off: { type: 'boolean', description: 'Whether its fallback answers, as a person wants.' },
    switched_by: {
      type: 'array',
      items: { enum: ['server', 'registry'] },
      description: 'Who switched it off: somebody at this server, or the registry.',
    },
    engine: { enum: ['compiled', 'onnxruntime', null] },
    digest: { type: orNull, description: 'Names the artifact.' },
    reason: {
      type: ['object', 'null'],
      description: 'Why it failed, or why the version that it should serve by now is not served.',
      properties: { code: text, message: text },
      ...closed(['code', 'message']),
    },
  },
  ...closed(['model', 'version', 'alias', 'state', 'switched_off', 'switched_by', 'engine', 'digest', 'reason']),
};

const switchSchema: JsonSchema = {
  type: 'object',
  properties: { on: { type: 'boolean', description: 'Whether the fallback answers in place of the model.' } },
  ...closed(['on']),
};

const switchedSchema: JsonSchema = {
  type: 'object',
  properties: {
    model: text,
    on: { type: 'boolean', description: 'Whether the fallback answers now, whoever wants it so.' },
    by: { type: 'array', items: { enum: ['server', 'registry'] } },
  },
  ...closed(['model', 'on', 'by']),
};

const statuses: JsonSchema = { type: 'array', items: { $ref: '#/components/schemas/ModelStatus' } };

const modelsSchema: JsonSchema = { type: 'object', properties: { models: statuses }, ...closed(['models']) };

const readySchema: JsonSchema = {
  type: 'object',
  properties: { ready: { const: true }, models: statuses },
  ...closed(['ready', 'models']),
};

const indexSchema: JsonSchema = {
  type: 'object',
  properties: {
    slipway: { ...text, description: 'The version of Slipway.' },
    models: {
      type: 'array',
      items: {
        type: 'object',
        properties: { model: { type: ['string', 'null'] }, version: { type: ['string', 'null'] } },
        ...closed(['model', 'version']),
      },
    },
    predict: text,
    openapi: text,
    docs: text,
    live: text,
    ready: text,
    metrics: text,
  },
  ...closed(['slipway', 'models', 'predict', 'openapi', 'docs', 'live', 'ready', 'metrics']),
};

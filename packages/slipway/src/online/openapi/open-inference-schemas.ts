import { datatypes, errorRegistry, type JsonSchema } from '@slipway/core';
import { serverLimits } from '../limits.ts';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer', minimum: 0 };
const shape: JsonSchema = { type: 'array', items: { type: 'integer' } };
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const object = (properties: Readonly<Record<string, JsonSchema>>, required = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const datatype: JsonSchema = { enum: datatypes };
const form = object({ name: text, datatype, shape });
const parameters: JsonSchema = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
const data: JsonSchema = { type: 'array', description: 'The elements, row-major: flat, or nested as the shape says.' };
const duration = object({ count: whole, ns: whole });
const configForm = object({ name: text, data_type: text, dims: shape });
const times = [
  'success',
  'fail',
  'queue',
  'compute_input',
  'compute_infer',
  'compute_output',
  'cache_hit',
  'cache_miss',
];

/** The schemas of the Open Inference Protocol. They are the same for every model. */
export const openInferenceSchemas: Readonly<Record<string, JsonSchema>> = {
  V2Server: object({ name: text, version: text, extensions: listOf(text) }),
  V2Ready: object({ live: { const: true }, ready: { const: true } }),
  V2Models: object({ models: listOf(text) }),
  V2Model: object({ name: text, versions: listOf(text), platform: text, inputs: listOf(form), outputs: listOf(form) }),
  V2ModelReady: object({ name: text, ready: { const: true } }),
  V2ModelConfig: object({
    name: text,
    platform: text,
    backend: text,
    max_batch_size: whole,
    input: listOf(configForm),
    output: listOf(configForm),
  }),
  V2Statistics: object({
    model_stats: listOf(
      object({
        name: text,
        version: text,
        last_inference: whole,
        inference_count: whole,
        execution_count: whole,
        inference_stats: object(Object.fromEntries(times.map((name) => [name, duration]))),
        batch_stats: listOf(
          object({ batch_size: whole, compute_input: duration, compute_infer: duration, compute_output: duration }),
        ),
      }),
    ),
  }),
  V2InferRequest: object(
    {
      id: { ...text, description: 'Comes back in the answer.' },
      parameters: {
        ...parameters,
        description: '`binary_data_output`, `timeout` (microseconds from the arrival) and `priority` are known.',
      },
      inputs: { ...listOf(inputSchema()), minItems: 1 },
      outputs: listOf(object({ name: text, parameters }, ['name'])),
      model_name: text,
      model_version: text,
    },
    ['inputs'],
  ),
  V2InferResponse: object(
    {
      model_name: text,
      model_version: text,
      id: text,
      parameters,
      outputs: listOf(object({ name: text, datatype, shape, parameters, data }, ['name', 'datatype', 'shape'])),
    },
    ['model_name', 'model_version', 'outputs'],
  ),
  V2IndexRequest: { type: 'object', properties: { ready: { type: 'boolean' } } },
  V2Index: listOf(
    object({ name: text, version: text, state: { enum: ['READY', 'UNAVAILABLE', 'LOADING'] }, reason: text }),
  ),
  V2RepositoryRequest: { type: 'object', properties: { parameters: { type: 'object' } } },
  V2Done: object({}),
  V2Error: object(
    {
      error: { ...text, description: 'What is wrong, with the offending value.' },
      code: { enum: Object.keys(errorRegistry), description: 'Names the error.' },
      where: text,
      hint: text,
      issues: { type: 'array', items: { $ref: '#/components/schemas/Issue' }, maxItems: serverLimits.issues },
      issues_total: whole,
      request_id: text,
    },
    ['error', 'code', 'hint'],
  ),
};

function inputSchema(): JsonSchema {
  const sizes: JsonSchema = { type: 'array', items: whole, maxItems: 16 };
  return object({ name: text, datatype, shape: sizes, parameters, data }, ['name', 'datatype', 'shape']);
}

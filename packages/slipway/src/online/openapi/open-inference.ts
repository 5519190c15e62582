import type { Feature, JsonSchema, Launch } from '@slipway/core';
import { errorAnswers, type OpenApiAnswers, predictErrors, readinessErrors } from './errors.ts';
import { exampleText } from './example-record.ts';

/** What the document takes from its own parts. */
export interface OpenApiParts {
  readonly model: object;
  readonly version: object;
  readonly requestId: object;
  readonly timeout: object;
  readonly answerHeaders: object;
}

/** The routes of the Open Inference Protocol. */
export function openInferencePaths(launch: Launch, parts: OpenApiParts): Readonly<Record<string, object>> {
  const get = (
    id: string,
    summary: string,
    schema: string,
    errors: OpenApiAnswers,
    parameters: readonly object[] = [],
  ) => ({
    get: { operationId: id, summary, parameters, responses: responsesOf(parts, summary, schema, errors) },
  });
  const ofModel = (end: string, id: string, summary: string, schema: string) => ({
    [`/v2/models/{model}${end}`]: get(id, summary, schema, locateErrors, [parts.model]),
    [`/v2/models/{model}/versions/{version}${end}`]: get(`${id}Version`, summary, schema, locateErrors, [
      parts.model,
      parts.version,
    ]),
  });
  const server = (id: string) => get(id, 'The server, by the Open Inference Protocol.', 'V2Server', []);
  return {
    '/v2': server('v2Server'),
    '/v2/': server('v2ServerSlash'),
    '/v2/health/live': get('v2Live', 'Whether the process answers at all.', 'Live', []),
    '/v2/health/ready': get('v2Ready', 'Whether every model would answer now.', 'V2Ready', readinessErrors),
    '/v2/models': get('v2Models', 'The names of the models that answer.', 'V2Models', []),
    '/v2/models/stats': get('v2Stats', 'Statistics of all models.', 'V2Statistics', []),
    ...ofModel('', 'v2Model', 'The tensors that a model takes and gives.', 'V2Model'),
    ...ofModel('/ready', 'v2ModelReady', 'Whether a model would answer now.', 'V2ModelReady'),
    ...ofModel(
      '/config',
      'v2ModelConfig',
      "The configuration of a model, in the words of Triton's clients.",
      'V2ModelConfig',
    ),
    ...ofModel('/stats', 'v2ModelStats', 'Statistics of a model.', 'V2Statistics'),
    '/v2/models/{model}/infer': { post: inferOperation(launch, parts, 'v2Infer', [parts.model]) },
    '/v2/models/{model}/versions/{version}/infer': {
      post: inferOperation(launch, parts, 'v2InferVersion', [parts.model, parts.version]),
    },
    ...repositoryPaths(parts),
  };
}

const locateErrors: OpenApiAnswers = ['MODEL_NOT_FOUND', 'MODEL_NOT_READY'];

function repositoryPaths(parts: OpenApiParts): Readonly<Record<string, object>> {
  const post = (
    id: string,
    summary: string,
    body: string,
    answer: string,
    errors: OpenApiAnswers,
    parameters: readonly object[],
  ) => ({
    post: {
      operationId: id,
      summary,
      parameters: [...parameters, parts.requestId],
      requestBody: { required: false, content: { 'application/json': { schema: reference(body) } } },
      responses: responsesOf(parts, summary, answer, errors),
    },
  });
  const changeErrors: OpenApiAnswers = [...bodyErrors, 'MODEL_NOT_FOUND'];
  return {
    '/v2/repository/index': post(
      'v2Index',
      'The models that the server was told to serve.',
      'V2IndexRequest',
      'V2Index',
      bodyErrors,
      [],
    ),
    '/v2/repository/models/{model}/load': post(
      'v2Load',
      'Serves a model, or serves it anew.',
      'V2RepositoryRequest',
      'V2Done',
      [...changeErrors, ...openErrors],
      [parts.model],
    ),
    '/v2/repository/models/{model}/unload': post(
      'v2Unload',
      'Serves a model no more.',
      'V2RepositoryRequest',
      'V2Done',
      changeErrors,
      [parts.model],
    ),
  };
}

export const bodyErrors: OpenApiAnswers = [
  'BODY_NOT_JSON',
  'BODY_TOO_DEEP',
  'BODY_DUPLICATE_KEY',
  'INFER_REQUEST_INVALID',
  'BODY_TOO_LARGE',
  'CONTENT_TYPE',
  'CONTENT_ENCODING',
];

/** What opening a model may raise, one for each status. */
export const openErrors: OpenApiAnswers = [
  'CONTRACT_MISMATCH',
  'LAUNCH_NOT_FOUND',
  'ARTIFACT_UNSUPPORTED',
  'INTERNAL',
  'REGISTRY_UNAVAILABLE',
];

const inferErrors: OpenApiAnswers = [...predictErrors, 'INFER_REQUEST_INVALID', 'TENSOR_INVALID', 'FALLBACK_HAS_NULL'];

export function inferOperation(
  launch: Launch,
  parts: OpenApiParts,
  operationId: string,
  parameters: readonly object[],
): object {
  const example = exampleRequest(launch);
  const binary = { schema: { type: 'string', format: 'binary' } };
  return {
    operationId,
    summary: `Infer with ${launch.model}, by the Open Inference Protocol.`,
    description:
      'One tensor a feature, or the inputs of the model file. One row that breaks the contract refuses them all. Binary tensors follow the JSON part, whose length `inference-header-content-length` says.',
    parameters: [...parameters, parts.requestId, parts.timeout, jsonLengthParameter],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: reference('V2InferRequest'),
          ...(example === null ? {} : { examples: { one: { summary: 'One row', value: example } } }),
        },
        'application/octet-stream': binary,
      },
    },
    responses: {
      200: {
        description: 'The outputs, row by row in the order of the inputs.',
        headers: {
          ...parts.answerHeaders,
          'x-slipway-fallback': {
            description: 'Why the fallback answered, where it did for at least one row.',
            schema: { type: 'string' },
          },
        },
        content: { 'application/json': { schema: reference('V2InferResponse') }, 'application/octet-stream': binary },
      },
      ...errorAnswers(inferErrors, 'V2Error'),
    },
  };
}

const jsonLengthParameter = {
  name: 'inference-header-content-length',
  in: 'header',
  required: false,
  description: 'How many bytes of the body are JSON; 0: the body is nothing but the only tensor.',
  schema: { type: 'integer', minimum: 0 },
};

function responsesOf(
  { answerHeaders }: OpenApiParts,
  description: string,
  schema: string,
  errors: OpenApiAnswers,
): object {
  const content = { 'application/json': { schema: reference(schema) } };
  return { 200: { description, headers: answerHeaders, content }, ...errorAnswers(errors, 'V2Error') };
}

/** A request of one row that the contract accepts; null where its record is too large to be shown. */
function exampleRequest({ input }: Launch): object | null {
  const text = exampleText(input);
  if (text === null) return null;
  const record = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return { inputs: input.features.map((feature) => tensorOf(feature, record[feature.name])) };
}

function tensorOf({ name, type, items, shape }: Feature, value: unknown): object {
  const whole = type === 'integer' || items === 'integer';
  const datatype = type === 'string' ? 'BYTES' : type === 'boolean' ? 'BOOL' : whole ? 'INT64' : 'FP64';
  return { name, datatype, shape: [1, ...(shape ?? [])], data: [value] };
}

function reference(schema: string): JsonSchema {
  return { $ref: `#/components/schemas/${schema}` };
}

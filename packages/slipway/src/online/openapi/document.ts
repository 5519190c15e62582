import type { Launch } from '@slipway/core';
import { timeoutHeader } from '../call/deadline.ts';
import { errorAnswers, type OpenApiAnswers, predictErrors, readinessErrors, unopenedErrors } from './errors.ts';
import { exampleText } from './example-record.ts';
import { type OpenApiParts, openInferencePaths } from './open-inference.ts';
import { openInferenceSchemas } from './open-inference-schemas.ts';
import { operatePaths } from './operate.ts';
import { schemasOf } from './schemas.ts';

export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of one model: its routes, the contract as schemas, and every answer that it can give. */
export function openApiDocument(launch: Launch, slipwayVersion: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: launch.model,
      version: launch.version,
      description: [launch.why, `Served by Slipway ${slipwayVersion}.`].filter(Boolean).join(' '),
      ...contactOf(launch),
    },
    paths: {
      '/predict': { post: predictOperation(launch, 'predict', []) },
      '/models/{model}/predict': { post: predictOperation(launch, 'predictNamed', [modelParameter(launch)]) },
      '/models/{model}/versions/{version}/predict': {
        post: predictOperation(launch, 'predictVersion', [modelParameter(launch), versionParameter(launch)]),
      },
      ...openInferencePaths(launch, documentParts(launch)),
      ...operatePaths(documentParts(launch)),
      '/models': { get: page('models', 'The models of this server, each with its state.', 'Models', []) },
      '/health/live': { get: page('live', 'Whether the process answers at all.', 'Live', []) },
      '/health/ready': { get: page('ready', 'Whether a request would be answered now.', 'Ready', readinessErrors) },
      '/metrics': { get: metricsOperation },
      '/openapi.json': { get: page('openapi', 'This document.', 'OpenApi', unopenedErrors) },
      '/docs': { get: docsOperation },
      '/': { get: page('index', 'Where to find what.', 'Index', []) },
    },
    components: { schemas: { ...schemasOf(launch), ...openInferenceSchemas } },
  };
}

/** What the routes of the Open Inference Protocol share with the others. */
export function documentParts(launch: Launch): OpenApiParts {
  return {
    model: modelParameter(launch),
    version: versionParameter(launch),
    requestId: requestIdParameter,
    timeout: timeoutParameter,
    answerHeaders: requestIdAnswerHeader,
  };
}

export function predictOperation(launch: Launch, operationId: string, parameters: readonly object[]): object {
  const text = exampleText(launch.input);
  const record: unknown = text === null ? null : JSON.parse(text);
  const examples = {
    one: { summary: 'One record', value: record },
    many: { summary: 'Many records', value: { records: [record, record] } },
  };
  const named = parameters.length > 0;
  return {
    operationId,
    summary: `Predict with ${launch.model}${named ? ', by its name' : ''}.`,
    description:
      'The body is one record, or {"records": [...]} for many. Many are answered in order; a record that breaks the contract gets its own error in its place, unless "strict" is true: then it refuses the whole request.',
    parameters: [...parameters, requestIdParameter, timeoutParameter],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { oneOf: [reference('Record'), reference('Records')] },
          ...(record === null ? {} : { examples }),
        },
      },
    },
    responses: {
      200: {
        description: 'The prediction, or the predictions in the order of the records.',
        headers: {
          ...requestIdAnswerHeader,
          'x-slipway-fallback': {
            description: 'Why the fallback answered, where it did for at least one record.',
            schema: { type: 'string' },
          },
        },
        content: { 'application/json': { schema: { oneOf: [reference('Prediction'), reference('Predictions')] } } },
      },
      ...errorAnswers(predictErrors),
    },
  };
}

function page(operationId: string, summary: string, schema: string, errors: OpenApiAnswers): object {
  const content = { 'application/json': { schema: reference(schema) } };
  return {
    operationId,
    summary,
    responses: { 200: { description: summary, headers: requestIdAnswerHeader, content }, ...errorAnswers(errors) },
  };
}

const requestIdHeaderSchema = { type: 'string' };

const requestIdParameter = {
  name: 'x-request-id',
  in: 'header',
  required: false,
  description: 'Comes back in the answer and stands in the log: 1 to 128 visible ASCII characters, else one is made.',
  schema: requestIdHeaderSchema,
};

const timeoutParameter = {
  name: timeoutHeader,
  in: 'header',
  required: false,
  description: 'How many milliseconds the caller will wait; it can only shorten the deadline of the launch file.',
  schema: { type: 'number', exclusiveMinimum: 0, maximum: 999_999_999 },
};

const requestIdAnswerHeader = {
  'x-request-id': { description: 'The id of the request.', schema: requestIdHeaderSchema },
};

const docsOperation = {
  operationId: 'docs',
  summary: 'A page to try the API in a browser.',
  responses: {
    200: {
      description: 'A page that reads this document and asks the routes in it.',
      headers: requestIdAnswerHeader,
      content: { 'text/html': { schema: { type: 'string' } } },
    },
  },
};

const metricsOperation = {
  operationId: 'metrics',
  summary: 'Metrics for Prometheus.',
  responses: {
    200: {
      description: 'Metrics in the text format of Prometheus.',
      headers: requestIdAnswerHeader,
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
  },
};

function modelParameter(launch: Launch): object {
  return {
    name: 'model',
    in: 'path',
    required: true,
    description: 'The name of the model.',
    schema: { type: 'string' },
    example: launch.model,
  };
}

function versionParameter(launch: Launch): object {
  return {
    name: 'version',
    in: 'path',
    required: true,
    description: 'A version that is served, or the alias that it follows.',
    schema: { type: 'string' },
    example: launch.version,
  };
}

function contactOf({ owner }: Launch): object {
  if (owner === null) return {};
  const address = owner.contact.includes('@') ? { email: owner.contact } : {};
  return { contact: { name: owner.team, ...address } };
}

function reference(schema: string): object {
  return { $ref: `#/components/schemas/${schema}` };
}

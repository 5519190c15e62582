import { type ErrorCode, errorRegistry } from '@slipway/core';
import { httpStatuses } from '../http-status.ts';

/** Codes that a route can answer with. */
export type OpenApiAnswers = readonly ErrorCode[];

/** The codes of the predict routes. */
export const predictErrors: OpenApiAnswers = [
  'BODY_NOT_JSON',
  'BODY_TOO_DEEP',
  'BODY_DUPLICATE_KEY',
  'RECORD_INVALID',
  'HEADER_INVALID',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MODEL_NOT_FOUND',
  'BODY_TOO_LARGE',
  'RECORDS_TOO_MANY',
  'CONTENT_TYPE',
  'CONTENT_ENCODING',
  'MODEL_FAILED',
  'OUTPUT_VIOLATION',
  'INTERNAL',
  'RATE_LIMITED',
  'ACCESS_UNAVAILABLE',
  'OVERLOADED',
  'SESSION_BUSY',
  'MODEL_SWITCHED_OFF',
  'MODEL_NOT_READY',
  'SERVER_DRAINING',
  'DEADLINE_EXCEEDED',
];

export const readinessErrors: OpenApiAnswers = ['MODEL_NOT_READY', 'SERVER_DRAINING'];
export const unopenedErrors: OpenApiAnswers = ['MODEL_NOT_READY'];

/** One answer for each status, which tells the codes that it stands for. */
export function errorAnswers(codes: OpenApiAnswers, schema = 'ErrorAnswer'): Readonly<Record<string, object>> {
  const byStatus = Object.groupBy(codes, (code) => String(httpStatuses[errorRegistry[code].kind]));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, those = []]) => [status, errorAnswer(status, those, schema)]),
  );
}

function errorAnswer(status: string, codes: readonly ErrorCode[], schema: string): object {
  const retryAfter = { 'retry-after': { description: 'Seconds to wait.', schema: { type: 'integer' } } };
  return {
    description: codes.map((code) => `${code}: ${errorRegistry[code].summary}`).join(' '),
    headers: {
      'x-request-id': { description: 'The id of the request.', schema: { type: 'string' } },
      ...(status === '503' || status === '429' ? retryAfter : {}),
    },
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

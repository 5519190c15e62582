import type { ErrorEntry } from './error-entry.ts';

/** Errors of requests to the server, and of the server itself. A part of the registry. */
export const serverErrors = {
  BODY_NOT_JSON: {
    kind: 'invalid',
    summary: 'The request body is not JSON.',
    hint: 'Send one JSON object.',
  },
  BODY_TOO_DEEP: {
    kind: 'invalid',
    summary: 'Objects and arrays of the request body stand deeper in one another than any record needs.',
    hint: 'Send a flat JSON object of features, or `{"records": [...]}`.',
  },
  BODY_DUPLICATE_KEY: {
    kind: 'invalid',
    summary: 'An object of the request body holds the same name twice, so that it is not clear which value is meant.',
    hint: 'Send each field once.',
  },
  BODY_TOO_LARGE: {
    kind: 'too_large',
    summary: 'The request body is larger than the server allows.',
    hint: 'Send a smaller body, or raise `online.body` in the launch file.',
  },
  CONTENT_TYPE: {
    kind: 'unsupported_media',
    summary: 'The request has a content type that the route does not read.',
    hint: 'Send `content-type: application/json`.',
  },
  CONTENT_ENCODING: {
    kind: 'unsupported_media',
    summary: 'The request body is compressed in a way that the server does not read.',
    hint: 'Send the body as it is, without `content-encoding`.',
  },
  HEADER_INVALID: {
    kind: 'invalid',
    summary: 'A header of the request has a value that it cannot have.',
    hint: 'Correct the header that the message names, or leave it out.',
  },
  SERVER_REFUSED: {
    kind: 'invalid',
    summary: 'A server that was asked to do something refused.',
    hint: 'See what it says; where it asks for a key, set SLIPWAY_KEY to one that may operate it.',
  },
  SERVER_UNREACHABLE: {
    kind: 'unavailable',
    summary: 'A server that was asked to do something gives no answer.',
    hint: 'See whether it runs, and whether the address is right.',
  },
  OPERATION_INVALID: {
    kind: 'invalid',
    summary: 'What a call should change about the server is not said in the form that it takes.',
    hint: 'See the route in /openapi.json, or docs/reference/http.md.',
  },
  INFER_REQUEST_INVALID: {
    kind: 'invalid',
    summary:
      'An inference request is not as the Open Inference Protocol says, or asks for what the server does not do.',
    hint: 'Compare it with `/v2/models/{model}`, which names the tensors that the model takes and gives.',
  },
  TENSOR_INVALID: {
    kind: 'invalid',
    summary: 'A tensor of an inference request contradicts its shape or datatype, or does not fit the input contract.',
    hint: '`/v2/models/{model}` names the tensors that the model takes, with datatype and shape.',
  },
  FALLBACK_HAS_NULL: {
    kind: 'unavailable',
    summary: 'The model cannot answer, and its fallback answers with a null that the form asked for cannot say.',
    hint: 'Ask for the output as JSON, where a null can stand, or leave it out of `outputs`.',
  },
  HTTP_MALFORMED: {
    kind: 'invalid',
    summary: 'What came over the connection is not a complete HTTP request.',
    hint: 'Check the request line, the headers and their size, and that the whole request arrives in time.',
  },
  ROUTE_NOT_FOUND: {
    kind: 'not_found',
    summary: 'There is no such route.',
    hint: '`/openapi.json` lists the routes.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'method_not_allowed',
    summary: 'The route exists, but not for this HTTP method.',
    hint: '`/openapi.json` lists the methods of each route.',
  },
  MODEL_NOT_FOUND: {
    kind: 'not_found',
    summary: 'The server has no model of that name.',
    hint: '`/` lists the models that are served.',
  },
  MODEL_NOT_READY: {
    kind: 'unavailable',
    summary: 'The server is still opening its model.',
    hint: 'Wait until `/health/ready` answers 200.',
  },
  UNAUTHENTICATED: {
    kind: 'unauthenticated',
    summary: 'The request brings no key or token that the server knows.',
    hint: 'Send `authorization: Bearer KEY`; `slipway keys create` makes a key.',
  },
  FORBIDDEN: {
    kind: 'forbidden',
    summary: 'The key or token may not do what the request asks for.',
    hint: 'Use a key with the scope that the message names.',
  },
  RATE_LIMITED: {
    kind: 'rate_limited',
    summary: 'The caller asks more often than it may.',
    hint: 'Ask again after the time of `retry-after`.',
  },
  ACCESS_UNAVAILABLE: {
    kind: 'unavailable',
    summary: 'The server cannot find out at this moment whom a key or token stands for.',
    hint: 'Ask again in a moment; the log says what does not answer.',
  },
  AUTH_REQUIRED: {
    kind: 'invalid',
    summary: 'A server that other machines reach would let everybody in.',
    hint: 'Make a key with `slipway keys create`, or say `--auth none` where something before the server checks callers.',
  },
  OVERLOADED: {
    kind: 'overloaded',
    summary: 'More is asked of the model than it can answer in time.',
    hint: 'Ask again after the time of `retry-after`, and send fewer requests at once.',
  },
  MODEL_SWITCHED_OFF: {
    kind: 'unavailable',
    summary: 'A person switched the model off, and its launch file has no fallback to answer instead.',
    hint: 'Wait until `slipway fallback off MODEL` switches it on again.',
  },
  SERVER_DRAINING: {
    kind: 'unavailable',
    summary: 'The server is stopping and takes no new requests.',
    hint: 'Send the request again; another replica will answer.',
  },
  ADDRESS_IN_USE: {
    kind: 'conflict',
    summary: 'The address that the server should listen on is taken.',
    hint: 'Choose another `--port`, or stop the other program.',
  },
} as const satisfies Record<string, ErrorEntry>;

import { errorAnswers, type OpenApiAnswers } from './errors.ts';
import { bodyErrors, type OpenApiParts, openErrors } from './open-inference.ts';

/** The routes that change what is served: the kill switch, load and unload. */
export function operatePaths(parts: OpenApiParts): Readonly<Record<string, object>> {
  const errors = bodyErrors.filter((code) => code !== 'INFER_REQUEST_INVALID');
  const own: OpenApiAnswers = [...errors, 'OPERATION_INVALID', 'MODEL_NOT_FOUND', 'MODEL_NOT_READY'];
  const post = (id: string, summary: string, body: object, answer: string, codes: OpenApiAnswers) => ({
    post: {
      operationId: id,
      summary,
      parameters: [parts.model, parts.requestId],
      requestBody: body,
      responses: {
        200: { description: summary, headers: parts.answerHeaders, content: json(answer) },
        ...errorAnswers(codes),
      },
    },
  });
  const nothing = {
    required: false,
    content: { 'application/json': { schema: { type: 'object', maxProperties: 0 } } },
  };
  return {
    '/models/{model}/fallback': post(
      'switchFallback',
      'The kill switch: has the fallback answer in place of the model, in every version, on this server.',
      { required: true, content: json('FallbackSwitch') },
      'FallbackSwitched',
      own,
    ),
    '/models/{model}/load': post(
      'loadModel',
      'Serves a model, or serves it anew: a name of this server, or NAME@VERSION or NAME@ALIAS of the registry.',
      nothing,
      'Models',
      [...own, ...openErrors],
    ),
    '/models/{model}/unload': post('unloadModel', 'Serves a model no more.', nothing, 'Models', own),
  };
}

function json(schema: string): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

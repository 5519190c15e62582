import { asSlipwayError, fail, type SlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openInferenceProblem } from './open-inference/problem-text.ts';
import { type MeteredRoute, type ProblemOptions, type Responding, respondProblem } from './respond.ts';
import type { OnlineRoute } from './routes.ts';

/** Answers a request that no route takes: 405 with the methods that the path knows, or 404. */
export function unmatchedHandler(context: Responding, routes: readonly OnlineRoute[], route: MeteredRoute) {
  const known = routes.map(({ method, path }) => ({
    methods: method === 'GET' ? 'GET, HEAD' : method,
    path: pattern(path),
  }));
  return (request: FastifyRequest, reply: FastifyReply): void => {
    if (context.cors?.answers(request, reply) === true) {
      route.count(204);
      return;
    }
    const path = request.url.split('?', 1)[0] as string;
    const facts = { method: request.method };
    const allowed = known.filter((other) => other.path.test(path)).map(({ methods }) => methods);
    if (allowed.length === 0) {
      const message = `There is no route ${JSON.stringify(cut(path))}.`;
      const error = fail('ROUTE_NOT_FOUND', { message });
      respondProblem(context, route, request, reply, error, { facts, ...inProtocol(path, error, request) });
      return;
    }
    const allow = allowed.join(', ');
    const message = `${request.method} is not a method of ${path}; it takes ${allow}.`;
    const error = fail('METHOD_NOT_ALLOWED', { message });
    const { body, headers } = inProtocol(path, error, request);
    respondProblem(context, route, request, reply, error, { facts, body, headers: { ...headers, allow } });
  };
}

/** Below `/v2` an error is written as the Open Inference Protocol does it: its clients read nothing else. */
function inProtocol(
  path: string,
  error: SlipwayError,
  { id }: FastifyRequest,
): Pick<ProblemOptions, 'body' | 'headers'> {
  return /^\/v2(\/|$)/.test(path) ? openInferenceProblem(error, id) : {};
}

/** Answers what Fastify itself refuses, in our form. */
export function frameworkErrorHandler(context: Responding, route: MeteredRoute) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    respondProblem(context, route, request, reply, known(thrown, request));
  };
}

function known(thrown: unknown, request: FastifyRequest): SlipwayError {
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  const message = (text: string) => ({ message: text, cause: thrown });
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH') {
    return fail('ROUTE_NOT_FOUND', message(`There is no route ${JSON.stringify(cut(request.url))}.`));
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const type = JSON.stringify(cut(request.headers['content-type'] ?? ''));
    return fail('CONTENT_TYPE', message(`The content type is ${type}.`));
  }
  return asSlipwayError(thrown);
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function cut(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}

import { asSlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { modelRoute } from './call/http-call.ts';
import { namedFields } from './call/named-fields.ts';
import { modelIndex, readiness } from './models/model-states.ts';
import { openInferenceRoutes } from './open-inference/routes.ts';
import { openApiText } from './openapi/document.ts';

import { respond, respondProblem } from './respond.ts';
import type { OnlineContext } from './server.ts';

export interface OnlineRoute {
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it: `/models/{model}/predict`. */
  readonly path: string;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** Every route of the server. The OpenAPI document describes the same, and a test holds them together. */
export function routeTable(context: OnlineContext): readonly OnlineRoute[] {
  const predict = (path: string): OnlineRoute => ({
    method: 'POST',
    path,
    handler: modelRoute(context, context.metered('POST', path, 'info'), namedFields),
  });
  return [
    predict('/predict'),
    predict('/models/{model}/predict'),
    predict('/models/{model}/versions/{version}/predict'),
    ...openInferenceRoutes(context),
    page(context, '/models', () => ({ models: modelIndex(context.repository) })),
    page(context, '/health/live', () => ({ live: true })),
    page(context, '/health/ready', () => readiness(context.repository, context.state)),
    metricsPage(context),
    page(context, '/openapi.json', () => openApiText(context.repository.locate().model, context.slipwayVersion)),
    page(context, '/', () => index(context)),
  ];
}

/** A page of JSON: an object, or its text. What it raises is answered as an error. */
function page(context: OnlineContext, path: string, make: () => object | string): OnlineRoute {
  const route = context.metered('GET', path, 'debug');
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    try {
      const made = make();
      const body = typeof made === 'string' ? made : JSON.stringify(made);
      respond(context, route, request, reply, { status: 200, body });
      route.log.debug({ request: request.id, status: 200 }, 'answered');
    } catch (thrown) {
      respondProblem(context, route, request, reply, asSlipwayError(thrown));
    }
  };
  return { method: 'GET', path, handler };
}

function metricsPage(context: OnlineContext): OnlineRoute {
  const route = context.metered('GET', '/metrics', 'debug');
  const headers = { 'content-type': context.meter.contentType };
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    context.meter.text().then(
      (body) => {
        respond(context, route, request, reply, { status: 200, body, headers });
        route.log.debug({ request: request.id, status: 200 }, 'answered');
      },
      (thrown) => respondProblem(context, route, request, reply, asSlipwayError(thrown)),
    );
  };
  return { method: 'GET', path: '/metrics', handler };
}

function index({ repository, slipwayVersion }: OnlineContext): object {
  return {
    slipway: slipwayVersion,
    models: repository.entries().map(({ name, slot }) => ({ model: name, version: slot.current()?.version ?? null })),
    predict: '/predict',
    openapi: '/openapi.json',
    live: '/health/live',
    ready: '/health/ready',
    metrics: '/metrics',
  };
}

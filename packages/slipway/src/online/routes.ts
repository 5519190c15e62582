import { asSlipwayError } from '@slipway/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openApiText } from './openapi/document.ts';
import { predictRoute } from './predict-route.ts';
import { respond, respondProblem } from './respond.ts';
import type { OnlineContext } from './server.ts';
import { draining, notReady } from './server-state.ts';

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
    handler: predictRoute(context, context.metered('POST', path, 'info')),
  });
  return [
    predict('/predict'),
    predict('/models/{model}/predict'),
    page(context, '/health/live', () => ({ live: true })),
    page(context, '/health/ready', () => readiness(context)),
    metricsPage(context),
    page(context, '/openapi.json', () => openApiText(served(context), context.slipwayVersion)),
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

/** True only while a request would be answered: a model is open, with its golden rows checked, and nothing is ending. */
function readiness(context: OnlineContext): object {
  if (context.state.draining) throw draining();
  const { launch, predictor, artifact } = served(context);
  const { engine } = predictor.session;
  return { ready: true, models: [{ model: launch.model, version: launch.version, engine, digest: artifact.digest }] };
}

function index(context: OnlineContext): object {
  const launch = context.slot.current()?.model.launch;
  return {
    slipway: context.slipwayVersion,
    model: launch?.model ?? null,
    version: launch?.version ?? null,
    predict: '/predict',
    openapi: '/openapi.json',
    live: '/health/live',
    ready: '/health/ready',
    metrics: '/metrics',
  };
}

function served({ slot }: OnlineContext) {
  const current = slot.current();
  if (current === null) throw notReady();
  return current.model;
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { modelRoute } from './call/http-call.ts';
import { namedFields } from './call/named-fields.ts';
import { withContentCoding } from './content-coding.ts';
import { docsPage } from './docs-page/docs-page.ts';
import { modelIndex, readiness } from './models/model-states.ts';
import { openInferenceRoutes } from './open-inference/routes.ts';
import { openApiText } from './openapi/document-text.ts';
import { operateRoutes } from './operate/routes.ts';
import { page } from './page.ts';
import type { OnlineContext } from './server.ts';

const namedRecords = withContentCoding(namedFields);

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
    handler: modelRoute(context, context.metered('POST', path, 'info'), namedRecords),
  });
  return [
    predict('/predict'),
    predict('/models/{model}/predict'),
    predict('/models/{model}/versions/{version}/predict'),
    ...openInferenceRoutes(context),
    ...operateRoutes(context),
    page(context, '/models', () => ({ models: modelIndex(context.repository) })),
    page(context, '/health/live', () => ({ live: true }), { isOpen: true }),
    page(context, '/health/ready', () => readiness(context.repository, context.state), { isOpen: true }),
    page(context, '/metrics', () => context.meter.text(), { headers: { 'content-type': context.meter.contentType } }),
    page(context, '/openapi.json', () => openApiText(context.repository, context.slipwayVersion)),
    page(context, '/docs', () => docsPage().html, { isOpen: true, headers: docsPage().headers }),
    page(context, '/', () => index(context)),
  ];
}

function index({ repository, slipwayVersion }: OnlineContext): object {
  return {
    slipway: slipwayVersion,
    models: repository.entries().map(({ name, slot }) => ({ model: name, version: slot.current()?.version ?? null })),
    predict: '/predict',
    openapi: '/openapi.json',
    docs: '/docs',
    live: '/health/live',
    ready: '/health/ready',
    metrics: '/metrics',
  };
}

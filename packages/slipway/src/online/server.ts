import fastify, { type FastifyInstance } from 'fastify';
import type { PlaceLimits } from '../settings/limits-table.ts';
import { standardLimits } from '../settings/read-limits.ts';
import { afterTimeout } from '../system/timers.ts';
import { badConnectionHandler } from './bad-connection.ts';
import { type BodyDeadlines, bodyDeadlines } from './body-deadlines.ts';
import { type Cors, corsOf } from './cors.ts';
import { createHttpServer } from './http-server.ts';
import type { ModelRepository } from './models/model-repository.ts';
import type { Access, OnlineLog, OnlineMeter, Tracer } from './ports.ts';
import { requestIds } from './request-id.ts';
import type { MeteredRoute } from './respond.ts';
import { routeTable } from './routes.ts';
import type { ServerState } from './server-state.ts';
import { standingHeaders } from './standing-headers.ts';
import { frameworkErrorHandler, unmatchedHandler } from './unmatched.ts';

export interface OnlineServerOptions {
  readonly repository: ModelRepository;
  readonly access: Access;
  /** Null or absent where nobody traces. */
  readonly tracer?: Tracer | null;
  readonly state: ServerState;
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
  readonly slipwayVersion: string;
  /** Certificate chain and private key (PEM) for https; null serves http. */
  readonly tls: TlsOptions | null;
  /** The limits of the place; those of the table where it is absent. */
  readonly limits?: PlaceLimits;
  /** The longest that any request to a model may take. */
  readonly deadlineMs?: number;
  /** Origins whose pages may ask from a browser. */
  readonly corsOrigins?: readonly string[];
}

export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface OnlineContext extends OnlineServerOptions {
  /** The route under which a request is counted. */
  readonly metered: (method: string, path: string, level: 'info' | 'debug') => MeteredRoute;
  readonly limits: PlaceLimits;
  readonly deadlineMs: number;
  readonly bodies: BodyDeadlines;
  /** Headers of every answer. */
  readonly standing: Readonly<Record<string, string>>;
  readonly cors: Cors | null;
}

/** QUERY too: the framework raises an error of its own for one without a content type, which nobody would understand. */
const methodsWithBody = ['POST', 'QUERY'];

/** A longer name is no model's. */
const paramCharsMax = 256;

/** What the routes of every protocol share. */
export function onlineContext(options: OnlineServerOptions): OnlineContext {
  const { meter } = options;
  const metered = (method: string, path: string, level: 'info' | 'debug'): MeteredRoute => {
    const log = options.log.child({ route: method === '*' ? path : `${method} ${path}` });
    return { method, path, level, count: meter.route(method, path), log };
  };
  const { limits = standardLimits, deadlineMs = Number.POSITIVE_INFINITY, corsOrigins = [] } = options;
  return {
    ...options,
    metered,
    limits,
    deadlineMs,
    bodies: bodyDeadlines(options.monotonicMs, afterTimeout),
    standing: standingHeaders(options.tls !== null),
    cors: corsOf(corsOrigins),
  };
}

/** The HTTP server of some models, not yet listening. */
export function createOnlineServer(options: OnlineServerOptions): FastifyInstance {
  const context = onlineContext(options);
  const { log, metered } = context;
  const unmatched = metered('*', 'unmatched', 'info');
  const frameworkErrors = frameworkErrorHandler(context, unmatched);
  const app = fastify({
    logger: false,
    genReqId: requestIds(),
    routerOptions: { maxParamLength: paramCharsMax },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: badConnectionHandler(log),
    frameworkErrors,
    serverFactory: (handler) => createHttpServer(handler, { ...context, count: unmatched.count }),
  });
  // Fastify's parsers would read bodies with one limit for all time and an asynchronous scope for each; our routes
  // receive theirs themselves.
  app.removeAllContentTypeParsers();
  for (const method of methodsWithBody) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  const routes = routeTable(context);
  for (const { method, path, handler } of routes) app.route({ method, url: fastifyPath(path), handler });
  app.setNotFoundHandler(unmatchedHandler(context, routes, unmatched));
  app.setErrorHandler(frameworkErrors);
  return app;
}

/** `{model}` as OpenAPI writes it, `:model` as the router does. */
function fastifyPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

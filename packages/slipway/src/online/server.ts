import fastify, { type FastifyInstance } from 'fastify';
import { badConnectionHandler } from './bad-connection.ts';
import { serverLimits } from './limits.ts';
import type { ModelRepository } from './models/model-repository.ts';
import type { Access, OnlineLog, OnlineMeter } from './ports.ts';
import { requestIds } from './request-id.ts';
import type { MeteredRoute } from './respond.ts';
import { routeTable } from './routes.ts';
import type { ServerState } from './server-state.ts';
import { frameworkErrorHandler, unmatchedHandler } from './unmatched.ts';

export interface OnlineServerOptions {
  readonly repository: ModelRepository;
  readonly access: Access;
  readonly state: ServerState;
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
  readonly slipwayVersion: string;
  /** Certificate chain and private key (PEM) for https; null serves http. */
  readonly tls: TlsOptions | null;
}

export interface TlsOptions {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface OnlineContext extends OnlineServerOptions {
  /** The route under which a request is counted. */
  readonly metered: (method: string, path: string, level: 'info' | 'debug') => MeteredRoute;
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
  return { ...options, metered };
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
    requestTimeout: serverLimits.requestMs,
    keepAliveTimeout: serverLimits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: badConnectionHandler(log),
    frameworkErrors,
    ...(options.tls === null ? {} : { https: { ...options.tls, minVersion: 'TLSv1.2' as const } }),
  });
  app.server.headersTimeout = serverLimits.headersMs;
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

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { PlaceLimits } from '../settings/limits-table.ts';
import { type Every, everyInterval } from '../system/timers.ts';
import { watchConnections } from './connections.ts';
import { serverLimits } from './limits.ts';
import type { OnlineLog } from './ports.ts';
import { refuseMessage } from './refuse-message.ts';
import { requestLine } from './request-line.ts';

export interface HttpServerOptions {
  readonly limits: PlaceLimits;
  readonly log: OnlineLog;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  readonly monotonicMs: () => number;
  readonly every?: Every;
  /** Counts a request that is refused here by its status. */
  readonly count: (status: number) => void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP/1 server within limits: what goes beyond them never reaches the handler. */
export function createHttpServer(handler: Handler, options: HttpServerOptions): Server {
  const { limits, log, tls, monotonicMs, every = everyInterval } = options;
  const admit = admission(handler, options);
  const bounds = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersMs, limits.requestMs),
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    // Node would refuse it with an answer of its own, which no log has.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.min(serverLimits.lookMs, limits.headersMs),
  };
  const server =
    tls === null
      ? createServer(bounds, admit)
      : createSecureServer({ ...bounds, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersMs }, admit);
  // Node would drop headers beyond its own count in silence, and a request without some of them means something else.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsOfConnection;
  // Without this Node says `100 Continue` before anybody has looked at the headers.
  server.on('checkContinue', admit);
  server.on('checkExpectation', (request, response) => {
    options.count(417);
    refuseMessage(log, request, response, 417, 'Of `expect` only 100-continue is known.');
  });
  watchConnections(server, { limits, log, monotonicMs, every });
  return server;
}

type LastResponse = ServerResponse & { readonly maxRequestsOnConnectionReached?: boolean };

function admission(handler: Handler, { limits, log, count }: HttpServerOptions): Handler {
  const line = requestLine(handler, limits.waitingOfConnection, (request, response, message) => {
    count(503);
    refuseMessage(log, request, response, 503, message);
  });

  return (request, response) => {
    const { url = '', rawHeaders } = request;
    // Node says `connection: close` with the last request of a connection, and then leaves it open.
    if ((response as LastResponse).maxRequestsOnConnectionReached === true) response.shouldKeepAlive = false;
    if (url.length > limits.urlChars) {
      count(414);
      refuseMessage(log, request, response, 414, `The path has more than ${limits.urlChars} characters.`);
    } else if (rawHeaders.length > 2 * limits.headers) {
      count(431);
      refuseMessage(log, request, response, 431, `The request has more than ${limits.headers} headers.`);
    } else if (request.headers.host === undefined && request.httpVersionMinor > 0) {
      count(400);
      refuseMessage(log, request, response, 400, 'The request has no host.');
    } else if (response.socket === null) line.wait(request, response);
    else handler(request, response);
  };
}

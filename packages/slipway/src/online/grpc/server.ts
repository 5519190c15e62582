import type { IncomingMessage } from 'node:http';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createContextValues } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { DrainOptions } from '../drain.ts';
import { serverLimits } from '../limits.ts';
import { type Address, listenOn } from '../listen.ts';
import { requestIds } from '../request-id.ts';
import type { OnlineContext } from '../server.ts';
import { arrivalKey } from './metered-call.ts';
import { GRPCInferenceService } from './open-inference.generated.ts';
import { inferenceService } from './service.ts';

/** The gRPC side of a server, listening. */
export interface GrpcServer {
  readonly address: Address;
  /** Takes calls for `delayMs` more, then waits for those that have begun, and cuts what is open after `timeoutMs`. */
  end(options: EndOptions): Promise<void>;
  /** Ends at once. */
  cut(): void;
}

type EndOptions = Pick<DrainOptions, 'delayMs' | 'timeoutMs' | 'wait'>;

/** Listens for calls of gRPC. Raises ADDRESS_IN_USE and ADDRESS_UNAVAILABLE. */
export async function openGrpcServer(context: OnlineContext, host: string, port: number): Promise<GrpcServer> {
  const handler = callHandler(context);
  const settings = { maxConcurrentStreams: serverLimits.grpcStreams };
  const { tls } = context;
  const server =
    tls === null
      ? createServer({ settings }, handler)
      : createSecureServer({ ...tls, settings, minVersion: 'TLSv1.2' }, handler);
  const sessions = openSessions(server, context.limits.idleMs);
  const address = await listenOn(server, host, port);
  const closed = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = () => {
    server.close();
    for (const session of sessions) session.destroy();
  };
  return {
    address,
    async end({ delayMs, timeoutMs, wait }) {
      if (delayMs > 0) await wait(delayMs);
      const ended = closed();
      // Says GOAWAY: streams that are open go on, and the session ends with the last of them.
      for (const session of sessions) session.close();
      await Promise.race([ended, wait(timeoutMs).then(cut)]);
    },
    cut,
  };
}

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

function callHandler(context: OnlineContext): Handler {
  const requestId = requestIds();
  return connectNodeAdapter({
    routes: (router) => {
      router.service(GRPCInferenceService, inferenceService(context));
    },
    grpc: true,
    grpcWeb: false,
    connect: false,
    readMaxBytes: serverLimits.grpcMessageBytes,
    contextValues: (request) =>
      createContextValues().set(arrivalKey, {
        arrivedMs: context.monotonicMs(),
        requestId: requestId(request as IncomingMessage),
        connection: (request as Http2ServerRequest).stream.session ?? request,
        address: request.socket.remoteAddress,
      }),
  });
}

/** The connections that are open. */
function openSessions(server: Http2Server | Http2SecureServer, idleMs: number): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.setTimeout(idleMs, () => session.close());
  });
  return sessions;
}

import { type Server as NetServer, Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { OnlineLog } from './ports.ts';
import type { ServerState } from './server-state.ts';

export interface DrainOptions {
  readonly app: FastifyInstance;
  readonly state: ServerState;
  readonly log: OnlineLog;
  /** How long new connections are still taken after readiness has become 503, so that load balancers notice. */
  readonly delayMs: number;
  /** How long requests in flight may take after that. */
  readonly timeoutMs: number;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** How long a connection that is idle when new ones are refused may still bring a request that is on its way. */
const lingerMs = 500;

/**
 * Ends the server so that every request that reached it is answered: readiness says 503 and answers end their
 * connections, then new connections are refused, then those that are open are answered or end idle. Answers whether all
 * of it was in time; what is still open at the end is cut.
 */
export async function drain({ app, state, log, delayMs, timeoutMs, wait }: DrainOptions): Promise<boolean> {
  state.draining = true;
  log.info({ delay_ms: delayMs, timeout_ms: timeoutMs }, 'draining');
  if (delayMs > 0) await wait(delayMs);
  const ended = refuseConnections(app.server).then(() => true);
  await Promise.race([ended, wait(Math.min(lingerMs, timeoutMs))]);
  state.refusing = true;
  app.server.closeIdleConnections();
  const inTime = await Promise.race([ended, wait(timeoutMs).then(() => false)]);
  if (!inTime) {
    log.warn({ timeout_ms: timeoutMs }, 'connections were still open at the end of the drain and are cut');
    app.server.closeAllConnections();
    await ended;
  }
  await app.close();
  return inTime;
}

/**
 * Stops listening, and resolves when the last connection has ended. The HTTP server's own `close` also cuts idle
 * connections at once: a client whose next request is on its way would see a reset.
 */
function refuseConnections(server: NetServer): Promise<void> {
  return new Promise((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}

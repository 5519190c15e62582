import type { FastifyInstance } from 'fastify';
import type { OnlineLog } from './ports.ts';
import type { ServerState } from './server-state.ts';

export interface DrainOptions {
  readonly app: FastifyInstance;
  readonly state: ServerState;
  readonly log: OnlineLog;
  /** How long requests are still answered after readiness has become 503, so that load balancers notice. */
  readonly delayMs: number;
  /** How long requests in flight may take after that. */
  readonly timeoutMs: number;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Ends the server without a failed request: readiness says 503 first, then nothing new is accepted, then what is in
 * flight is answered. Answers whether all of it was; connections that are still open at the end are cut.
 */
export async function drain({ app, state, log, delayMs, timeoutMs, wait }: DrainOptions): Promise<boolean> {
  state.draining = true;
  log.info({ delay_ms: delayMs, timeout_ms: timeoutMs }, 'draining');
  if (delayMs > 0) await wait(delayMs);
  state.refusing = true;
  const closed = app.close().then(() => true);
  const inTime = await Promise.race([closed, wait(timeoutMs).then(() => false)]);
  if (!inTime) {
    log.warn({ timeout_ms: timeoutMs }, 'connections were still open at the end of the drain and are cut');
    app.server.closeAllConnections();
    await closed;
  }
  return inTime;
}

import { fail } from '@slipway/core';
import type { FastifyInstance } from 'fastify';

export interface Address {
  readonly host: string;
  /** The port that was given, or the one that the machine chose for 0. */
  readonly port: number;
  readonly url: string;
}

/** Begins to accept connections. Raises ADDRESS_IN_USE and ADDRESS_UNAVAILABLE. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<Address> {
  const shown = host.includes(':') ? `[${host}]` : host;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw listenError(cause, `${shown}:${port}`);
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return { host, port: actual, url: `http://${shown}:${actual}` };
}

function listenError(cause: unknown, where: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return fail('ADDRESS_IN_USE', { message: `${where} is taken.`, where, cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  return fail('ADDRESS_UNAVAILABLE', { message: `The server cannot listen on ${where}: ${message}.`, where, cause });
}

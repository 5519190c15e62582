import { once } from 'node:events';
import { Server as HttpsServer } from 'node:https';
import type { Server } from 'node:net';
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
  const scheme = app.server instanceof HttpsServer ? 'https' : 'http';
  return { host, port: actual, url: `${scheme}://${shown}:${actual}` };
}

/** The same of a server without a framework. Its address has no scheme of its own. */
export async function listenOn(server: Server, host: string, port: number): Promise<Address> {
  const shown = host.includes(':') ? `[${host}]` : host;
  const listening = once(server, 'listening');
  server.listen({ host, port });
  await listening.catch((cause: unknown) => {
    throw listenError(cause, `${shown}:${port}`);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return { host, port: actual, url: `${shown}:${actual}` };
}

function listenError(cause: unknown, where: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return fail('ADDRESS_IN_USE', { message: `${where} is taken.`, where, cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  return fail('ADDRESS_UNAVAILABLE', { message: `The server cannot listen on ${where}: ${message}.`, where, cause });
}

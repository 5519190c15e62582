import { fail, type SlipwayError } from '@slipway/core';

/** A connection as far as it matters here. */
interface Connection {
  once(event: 'close', listener: () => void): unknown;
}

const waiting = new WeakMap<Connection, Set<() => void>>();

/**
 * Calls back when a connection closes, unless the answered function is called before. A request that waits behind
 * another one hears of it too, which its own response would not tell; and thousands over one connection cost one
 * listener of it.
 */
export function onceGone(connection: Connection, listener: () => void): () => void {
  const known = waiting.get(connection);
  const listeners = known ?? new Set<() => void>();
  if (known === undefined) {
    waiting.set(connection, listeners);
    connection.once('close', () => {
      for (const call of listeners) call();
    });
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function callerGone(): SlipwayError {
  return fail('CALLER_GONE', { message: 'The caller went away before it had its answer.' });
}

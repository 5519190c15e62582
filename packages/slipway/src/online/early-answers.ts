import type { IncomingMessage } from 'node:http';

/** Connections whose request was answered before its body was here. */
const early = new WeakSet<object>();

/** Remembers that a request has its answer: what becomes of the rest of its body is told nobody any more. */
export function answeredEarly(message: IncomingMessage): void {
  if (message.complete) return;
  const { socket } = message;
  early.add(socket);
  message.once('end', () => early.delete(socket));
}

export function hasEarlyAnswer(socket: object): boolean {
  return early.has(socket);
}

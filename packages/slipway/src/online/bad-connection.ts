import type { Socket } from 'node:net';
import { fail } from '@slipway/core';
import type { OnlineLog } from './ports.ts';
import { problemOf } from './problem.ts';

/**
 * Answers what is not HTTP enough for a request to exist, in the error form of all routes. The statuses are those that
 * HTTP has for such cases.
 */
export function badConnectionHandler(log: OnlineLog) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const { status, message } = read(error.code);
    log.info({ status, code: 'HTTP_MALFORMED', reason: error.code }, 'refused a connection');
    const body = JSON.stringify({ error: problemOf(fail('HTTP_MALFORMED', { message, cause: error }), null) });
    const head = [
      `HTTP/1.1 ${status}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}

function read(code: string | undefined): { readonly status: string; readonly message: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: '408 Request Timeout', message: 'The request did not arrive completely in time.' };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: '431 Request Header Fields Too Large', message: 'The headers of the request are too large.' };
  }
  return { status: '400 Bad Request', message: 'The request is not HTTP.' };
}

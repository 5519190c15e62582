import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { fail } from '@slipway/core';
import type { OnlineLog } from './ports.ts';
import { problemOf } from './problem.ts';
import { standingHeaders } from './standing-headers.ts';

/** Answers a request that is HTTP but goes beyond a limit of the server, and ends its connection. */
export function refuseMessage(
  log: OnlineLog,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void {
  log.info({ status, code: 'HTTP_MALFORMED', reason: message }, 'refused a request');
  response.writeHead(status, { ...refusalHeaders, ...(status === 503 ? { 'retry-after': '1' } : {}) });
  response.end(refusalBody(message));
  request.resume();
}

/** The same as text, for what is not HTTP enough to have a response. */
export function refusalText(status: number, message: string): string {
  const body = refusalBody(message);
  const head = Object.entries({ ...refusalHeaders, 'content-length': Buffer.byteLength(body) });
  const lines = head.map(([name, value]) => `${name}: ${value}`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

const refusalHeaders = {
  ...standingHeaders(false),
  'content-type': 'application/json; charset=utf-8',
  connection: 'close',
};

function refusalBody(message: string): string {
  return JSON.stringify({ error: problemOf(fail('HTTP_MALFORMED', { message }), null) });
}

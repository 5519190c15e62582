import type { Socket } from 'node:net';
import { hasEarlyAnswer } from './early-answers.ts';
import type { OnlineLog } from './ports.ts';
import { refusalText } from './refuse-message.ts';

/**
 * Answers what is not HTTP enough for a request to exist, in the error form of all routes. The statuses are those that
 * HTTP has for such cases.
 */
export function badConnectionHandler(log: OnlineLog) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const { status, message } = read(error.code);
    log.info({ status, code: 'HTTP_MALFORMED', reason: error.code }, 'refused a connection');
    // A second answer to the same request would be taken for that to the next.
    if (socket.writable && !hasEarlyAnswer(socket)) socket.write(refusalText(status, message));
    socket.destroySoon();
  };
}

function read(code: string | undefined): { readonly status: number; readonly message: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, message: 'The request did not arrive completely in time.' };
  }
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, message: 'The headers of the request are too large.' };
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return { status: 413, message: 'The chunk extensions are too large.' };
  return { status: 400, message: 'The request is not HTTP.' };
}

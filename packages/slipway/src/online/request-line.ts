import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Refuse = (request: IncomingMessage, response: ServerResponse, message: string) => void;

/** Requests of one connection that came before the one ahead of them was answered (pipelining). */
interface Line {
  waiting: number;
  isEnding: boolean;
}

export interface RequestLine {
  /**
   * Lets a request wait. It is handled when the one ahead has its answer and the caller has taken it: however much is
   * sent ahead, one answer of a connection is in memory. One too many is refused, and the connection ends with it.
   */
  wait(request: IncomingMessage, response: ServerResponse): void;
}

export function requestLine(handler: Handler, waitingMax: number, refuse: Refuse): RequestLine {
  const lines = new WeakMap<Socket, Line>();
  return {
    wait(request, response) {
      const { socket } = request;
      const line = lines.get(socket) ?? { waiting: 0, isEnding: false };
      lines.set(socket, line);
      if (line.isEnding) return;
      line.waiting += 1;
      if (line.waiting > waitingMax) {
        line.isEnding = true;
        refuse(request, response, `${waitingMax} requests of the connection wait already.`);
        readNoMore(socket);
        return;
      }
      response.once('socket', () => {
        line.waiting -= 1;
        process.nextTick(handler, request, response);
      });
    },
  };
}

/** Where Node hands over what its parser found; it has no name in the documentation. */
interface ParsedSocket extends Socket {
  readonly parser?: { onIncoming?: ((message: IncomingMessage, keepAlive: boolean) => number) | null } | null;
}

/**
 * Takes nothing more from a connection, while the answers that it is owed still go out. What was read already is a chunk
 * of up to 64 kB with thousands of requests: Node parses it to its end and would keep all of them until the connection
 * is gone, some 5 MB, so they are dropped as they are found.
 */
function readNoMore(socket: ParsedSocket): void {
  const { parser } = socket;
  if (typeof parser?.onIncoming !== 'function') {
    socket.destroy();
    return;
  }
  parser.onIncoming = () => 0;
  // Node resumes reading after each request that it has parsed or answered.
  socket.on('resume', () => socket.pause());
  socket.pause();
}

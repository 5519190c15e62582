import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { PlaceLimits } from '../settings/limits-table.ts';
import type { Every } from '../system/timers.ts';
import { serverLimits } from './limits.ts';
import type { OnlineLog } from './ports.ts';

export interface WatchOptions {
  readonly limits: Pick<PlaceLimits, 'connectionsOfAddress' | 'answerMs'>;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly every: Every;
}

/** How much of its answers a caller had taken, and since when it has taken no more. */
interface Unread {
  takenBytes: number;
  sinceMs: number;
}

/**
 * Looks after the connections of a server: one address has no more than its share of them, a caller that does not take
 * its answer is cut after a time, and all answers that wait are bounded. Looking costs requests nothing: it is done
 * once a second, and tells in one line what was refused.
 */
export function watchConnections(server: Server, options: WatchOptions): void {
  const { limits, log, every } = options;
  let refused = 0;
  const refuse = () => {
    refused += 1;
  };
  server.on('drop', refuse);
  shareByAddress(server, limits.connectionsOfAddress, refuse);
  const lookAtAnswers = watchAnswers(server, options);
  const end = every(Math.min(serverLimits.lookMs, limits.answerMs), () => {
    lookAtAnswers();
    if (refused > 0) log.warn({ connections: refused }, 'refused connections: too many are open');
    refused = 0;
  });
  server.on('close', end);
}

function shareByAddress(server: Server, connectionsMax: number, refuse: () => void): void {
  const ofAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (ofAddress.get(address) ?? 0) + 1;
    ofAddress.set(address, count);
    socket.on('close', () => {
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left === 0) ofAddress.delete(address);
      else ofAddress.set(address, left);
    });
    if (count <= connectionsMax) return;
    refuse();
    socket.destroy();
  });
}

/** Answers a look at all answers that wait: it cuts who takes nothing, then the largest until the rest is in bounds. */
function watchAnswers(server: Server, { limits, log, monotonicMs }: WatchOptions): () => void {
  const open = new Set<Socket>();
  const unread = new Map<Socket, Unread>();
  // Of https the second is what answers are written to; its connection is below it.
  for (const event of ['connection', 'secureConnection'] as const) {
    server.on(event, (socket: Socket) => {
      open.add(socket);
      socket.on('close', () => {
        open.delete(socket);
        unread.delete(socket);
      });
    });
  }

  function cut(socket: Socket): void {
    log.info({ bytes: socket.writableLength }, 'cut a connection whose caller does not take its answer');
    socket.destroy();
  }

  /** Whether a caller that has bytes to take has taken none for too long. */
  function isStuck(socket: Socket): boolean {
    const takenBytes = socket.bytesWritten - socket.writableLength;
    const before = unread.get(socket);
    if (before?.takenBytes === takenBytes) return monotonicMs() - before.sinceMs >= limits.answerMs;
    unread.set(socket, { takenBytes, sinceMs: monotonicMs() });
    return false;
  }

  return () => {
    let waiting = 0;
    for (const socket of open) {
      if (socket.writableLength === 0) unread.delete(socket);
      else if (isStuck(socket)) cut(socket);
      else waiting += socket.writableLength;
    }
    if (waiting <= serverLimits.unreadBytes) return;
    const largest = [...unread.keys()].sort((a, b) => b.writableLength - a.writableLength);
    for (const socket of largest) {
      if (waiting <= serverLimits.unreadBytes) break;
      waiting -= socket.writableLength;
      cut(socket);
    }
  };
}

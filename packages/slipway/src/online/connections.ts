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
export function watchConnections(server: Server, { limits, log, monotonicMs, every }: WatchOptions): void {
  const open = new Set<Socket>();
  const unread = new Map<Socket, Unread>();
  const ofAddress = new Map<string, number>();
  let refused = 0;

  server.on('drop', () => {
    refused += 1;
  });
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (ofAddress.get(address) ?? 0) + 1;
    ofAddress.set(address, count);
    socket.on('close', () => {
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left === 0) ofAddress.delete(address);
      else ofAddress.set(address, left);
    });
    if (count > limits.connectionsOfAddress) {
      refused += 1;
      socket.destroy();
    }
  });
  // Of https this is what answers are written to; its connection is below it.
  for (const event of ['connection', 'secureConnection'] as const) {
    server.on(event, (socket: Socket) => {
      open.add(socket);
      socket.on('close', () => {
        open.delete(socket);
        unread.delete(socket);
      });
    });
  }

  /** Cuts who has taken nothing for too long; answers the bytes that wait for the others. */
  function lookAtAnswers(): number {
    let waiting = 0;
    for (const socket of open) {
      const bytes = socket.writableLength;
      if (bytes === 0) {
        unread.delete(socket);
        continue;
      }
      const takenBytes = socket.bytesWritten - bytes;
      const before = unread.get(socket);
      if (before?.takenBytes !== takenBytes) unread.set(socket, { takenBytes, sinceMs: monotonicMs() });
      else if (monotonicMs() - before.sinceMs >= limits.answerMs) {
        cut(socket, bytes);
        continue;
      }
      waiting += bytes;
    }
    return waiting;
  }

  function cut(socket: Socket, bytes: number): void {
    log.info({ bytes }, 'cut a connection whose caller does not take its answer');
    socket.destroy();
  }

  const end = every(Math.min(serverLimits.lookMs, limits.answerMs), () => {
    let waiting = lookAtAnswers();
    if (waiting > serverLimits.unreadBytes) {
      const largest = [...unread.keys()].sort((a, b) => b.writableLength - a.writableLength);
      for (const socket of largest) {
        if (waiting <= serverLimits.unreadBytes) break;
        waiting -= socket.writableLength;
        cut(socket, socket.writableLength);
      }
    }
    if (refused > 0) log.warn({ connections: refused }, 'refused connections: too many are open');
    refused = 0;
  });
  server.on('close', end);
}

import type { Every } from '../../system/timers.ts';
import type { OnlineMeter } from '../ports.ts';
import { type FromSupervisor, type FromWorker, isOurs } from './messages.ts';

export interface WorkerLinkOptions {
  /** Sends to the supervisor; false where it is gone. */
  readonly send: (message: FromWorker) => boolean;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly every: Every;
}

export interface WorkerLink {
  /** The meter of this worker, whose page shows all of them. */
  merged(meter: OnlineMeter): OnlineMeter;
  ready(line: string): void;
}

/** How old what the supervisor knows of a worker may be when the worker dies. */
const snapshotMs = 1000;

/** What a worker does as one of several: it tells its supervisor that it is ready, and what it has counted. */
export function linkWorker({ send, onMessage, every }: WorkerLinkOptions): WorkerLink {
  const waiting = new Map<number, (text: string) => void>();
  let pages = 0;
  let tell = async (): Promise<boolean> => send({ slipway: 'metrics', metrics: [] });
  onMessage((message) => {
    if (!isOurs(message)) return;
    const told = message as FromSupervisor;
    if (told.slipway === 'tell') void tell();
    else {
      waiting.get(told.id)?.(told.text);
      waiting.delete(told.id);
    }
  });

  return {
    merged(meter) {
      tell = async () => send({ slipway: 'metrics', metrics: await meter.json() });
      every(snapshotMs, () => void tell());
      return {
        ...meter,
        async text() {
          const id = pages++;
          return new Promise<string>((resolve) => {
            waiting.set(id, resolve);
            if (send({ slipway: 'page', id })) return;
            waiting.delete(id);
            resolve(meter.text());
          });
        },
      };
    },
    ready: (line) => {
      send({ slipway: 'ready', line });
    },
  };
}

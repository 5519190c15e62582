import type { Deed } from '../operate/deed.ts';
import type { FromSupervisor } from './messages.ts';

/** The workers, as the one who passes deeds on needs them. */
export interface DeedPorts {
  /** The ids of the workers that live. */
  readonly workers: () => readonly number[];
  readonly send: (worker: number, message: FromSupervisor) => void;
}

/**
 * Passes on what one worker was told to do, so that all of them serve the same; also those that are started later. The
 * one that was told hears when all others have tried.
 */
export class SharedDeeds {
  readonly #ports: DeedPorts;
  /** The last word on each thing, in order. */
  readonly #done = new Map<string, Deed>();
  readonly #open = new Map<number, { readonly asker: number; readonly id: number; readonly left: Set<number> }>();
  #shares = 0;

  constructor(ports: DeedPorts) {
    this.#ports = ports;
  }

  /** For a worker that is about to start. */
  all(): readonly Deed[] {
    return [...this.#done.values()];
  }

  /** `id` is how the asker knows its question. */
  share(asker: number, id: number, deed: Deed): void {
    const about = deed.kind === 'fallback' ? `fallback ${deed.model}` : `model ${deed.name}`;
    this.#done.delete(about);
    this.#done.set(about, deed);
    const left = new Set(this.#ports.workers().filter((worker) => worker !== asker));
    const share = this.#shares++;
    this.#open.set(share, { asker, id, left });
    for (const worker of left) this.#ports.send(worker, { slipway: 'deed', id: share, deed });
    this.#settle(share);
  }

  /** A worker has tried what it was sent under `share`. */
  tried(worker: number, share: number): void {
    this.#open.get(share)?.left.delete(worker);
    this.#settle(share);
  }

  /** A worker has ended: nobody waits for it. */
  left(worker: number): void {
    for (const share of [...this.#open.keys()]) this.tried(worker, share);
  }

  #settle(share: number): void {
    const open = this.#open.get(share);
    if (open === undefined || open.left.size > 0) return;
    this.#open.delete(share);
    this.#ports.send(open.asker, { slipway: 'done', id: open.id });
  }
}

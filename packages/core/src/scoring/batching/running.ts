import type { CallSlice } from './call-queue.ts';
import type { Execution } from './ports.ts';
import type { WaitingCall } from './waiting-call.ts';

/** A run of the model that has not ended. */
export interface Run {
  readonly slices: readonly CallSlice[];
  readonly rows: number;
  readonly startedMs: number;
  readonly execution: Execution;
  /** True where rows run again whose run with others failed. */
  readonly isRetry: boolean;
  /** When it is given up: Infinity while somebody waits for it. */
  abandonAtMs: number;
}

/** The runs that have not ended, and who waits for them. */
export class Running {
  readonly #runs = new Set<Run>();
  readonly #runsOf = new Map<WaitingCall, Set<Run>>();

  get size(): number {
    return this.#runs.size;
  }

  [Symbol.iterator](): Iterator<Run> {
    return this.#runs.values();
  }

  add(run: Run): void {
    this.#runs.add(run);
    for (const { call } of run.slices) {
      const runs = this.#runsOf.get(call);
      if (runs === undefined) this.#runsOf.set(call, new Set([run]));
      else runs.add(run);
    }
  }

  /** False where it was given up before. */
  remove(run: Run): boolean {
    if (!this.#runs.delete(run)) return false;
    for (const { call } of run.slices) {
      const runs = this.#runsOf.get(call);
      runs?.delete(run);
      if (runs?.size === 0) this.#runsOf.delete(call);
    }
    return true;
  }

  /** A call waits no more. A run that nobody else waits for is to be given up at `abandonAtMs`. */
  left(call: WaitingCall, abandonAtMs: number): void {
    const runs = this.#runsOf.get(call);
    if (runs === undefined) return;
    this.#runsOf.delete(call);
    for (const run of runs) {
      const isWanted = run.slices.some((slice) => this.#runsOf.has(slice.call));
      if (!isWanted) run.abandonAtMs = Math.min(run.abandonAtMs, abandonAtMs);
    }
  }

  /** The nearest time at which a run is to be given up. */
  abandonAtMs(): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const run of this.#runs) nearest = Math.min(nearest, run.abandonAtMs);
    return nearest;
  }

  /** How long until the first of them ends, as `expectedMs` says for their rows. */
  firstEndMs(nowMs: number, expectedMs: (rows: number) => number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const run of this.#runs) first = Math.min(first, run.startedMs + expectedMs(run.rows) - nowMs);
    return Number.isFinite(first) ? Math.max(0, first) : 0;
  }
}

import { holdMs } from './decisions.ts';
import type { LatencyModel } from './latency-model.ts';

/** The moment for which the last free executor waits for a row more. For one run it lasts no longer than its fixed part. */
export class Hold {
  #sinceMs: number | null = null;
  #releaseAtMs = Number.POSITIVE_INFINITY;

  /** When the run starts at the latest; Infinity where nothing is held back. */
  get releaseAtMs(): number {
    return this.#releaseAtMs;
  }

  /** False where it does not pay, or a deadline would suffer. */
  begins(given: {
    readonly model: LatencyModel;
    readonly rows: number;
    readonly gapMs: number;
    readonly nowMs: number;
    readonly deadlineMs: number;
  }): boolean {
    const { model, rows, gapMs, nowMs, deadlineMs } = given;
    const ms = holdMs(model, rows, gapMs);
    if (ms === 0) return false;
    this.#sinceMs ??= nowMs;
    const untilMs = Math.min(nowMs + ms, this.#sinceMs + model.fixedMs);
    if (untilMs <= nowMs || untilMs + model.slowMs(rows + 1) > deadlineMs) return false;
    this.#releaseAtMs = untilMs;
    return true;
  }

  /** Nothing is held back at the moment. */
  pause(): void {
    this.#releaseAtMs = Number.POSITIVE_INFINITY;
  }

  /** The run starts. */
  end(): void {
    this.pause();
    this.#sinceMs = null;
  }
}

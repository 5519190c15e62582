/** Weight of the newest gap. */
const newest = 0.1;

/** The time between two calls, as a mean that follows the traffic. */
export class ArrivalGap {
  #meanMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  arrived(nowMs: number): void {
    const gap = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (!Number.isFinite(gap)) return;
    this.#meanMs = Number.isFinite(this.#meanMs) ? this.#meanMs + newest * (gap - this.#meanMs) : gap;
  }

  /** How long until the next call, as far as one can tell: one that is overdue by the mean is as long again overdue. */
  expectedMs(nowMs: number): number {
    return Math.max(this.#meanMs, nowMs - this.#lastMs);
  }
}

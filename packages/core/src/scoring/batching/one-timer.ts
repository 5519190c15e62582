import type { After } from './ports.ts';

/** One timer that is moved to whatever is next. */
export class OneTimer {
  readonly #after: After;
  readonly #nowMs: () => number;
  readonly #ring: () => void;
  #set: { readonly atMs: number; readonly cancel: () => void } | null = null;

  constructor(after: After, nowMs: () => number, ring: () => void) {
    this.#after = after;
    this.#nowMs = nowMs;
    this.#ring = ring;
  }

  /** Rings at `atMs` or before: an early ring is cheaper than a timer that is set anew with each call. Infinity: never. */
  setTo(atMs: number): void {
    const isNever = atMs === Number.POSITIVE_INFINITY;
    if (this.#set !== null && this.#set.atMs <= atMs && !isNever) return;
    this.#set?.cancel();
    this.#set = null;
    if (isNever) return;
    const ring = () => {
      this.#set = null;
      this.#ring();
    };
    this.#set = { atMs, cancel: this.#after(Math.max(0, atMs - this.#nowMs()), ring) };
  }
}

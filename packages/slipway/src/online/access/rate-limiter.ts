import type { Rate } from '../ports.ts';

export interface RateLimiter {
  /**
   * Lets one request of a caller pass, or answers after how many milliseconds one would. Each caller is named by what
   * it is limited as: a key and a model, an address and a model.
   */
  take(caller: string, rate: Rate, nowMs: number): number;
  /** Callers that are remembered. */
  readonly size: number;
}

/** Callers that have not asked for long are forgotten from here on. */
const callersMax = 10_000;

/**
 * The generic cell rate algorithm (ITU-T I.371): of each caller one number, the time at which it will have paid for all
 * that it asked. A caller may ask `count` requests at once, and after that one every `perMs / count`.
 */
export function createRateLimiter(): RateLimiter {
  const paidAtMs = new Map<string, number>();

  return {
    take(caller, { count, perMs }, nowMs) {
      const costMs = perMs / count;
      const before = Math.max(paidAtMs.get(caller) ?? 0, nowMs);
      const waitMs = before + costMs - perMs - nowMs;
      const passes = waitMs <= 1e-6;
      // Those that asked last stand last, so that the first is the one to forget.
      paidAtMs.delete(caller);
      paidAtMs.set(caller, passes ? before + costMs : before);
      if (paidAtMs.size > callersMax) forgetOne(paidAtMs);
      return passes ? 0 : waitMs;
    },
    get size() {
      return paidAtMs.size;
    },
  };
}

function forgetOne(paidAtMs: Map<string, number>): void {
  const first = paidAtMs.keys().next();
  if (!first.done) paidAtMs.delete(first.value);
}

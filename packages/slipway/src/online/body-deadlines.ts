import type { After } from '../system/timers.ts';
import { serverLimits } from './limits.ts';

/** A request whose body is on its way. */
export interface Arriving {
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  /** The deadline has passed. */
  expire(): void;
}

export interface BodyDeadlines {
  add(request: Arriving): void;
  delete(request: Arriving): void;
}

/**
 * The deadlines of requests whose bodies are on their way: one timer for all of them, since most bodies are there
 * before it fires once.
 */
export function bodyDeadlines(monotonicMs: () => number, after: After): BodyDeadlines {
  const arriving = new Set<Arriving>();
  let isLooking = false;

  function look(): void {
    isLooking = false;
    const nowMs = monotonicMs();
    for (const request of arriving) {
      if (nowMs < request.deadlineMs) continue;
      arriving.delete(request);
      request.expire();
    }
    if (arriving.size > 0) lookLater();
  }

  function lookLater(): void {
    isLooking = true;
    after(serverLimits.bodyLookMs, look);
  }

  return {
    add(request) {
      arriving.add(request);
      if (!isLooking) lookLater();
    },
    delete: (request) => arriving.delete(request),
  };
}

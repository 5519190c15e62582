import { assert } from '../../errors/index.ts';

export interface ConcurrencyLimitOptions {
  /** Milliseconds within which 95 % of the calls that are let in should end. */
  readonly goalMs: number;
  /** Rows that may always be at work at once, however slow they are: as many as keep every worker busy. */
  readonly rowsMin: number;
  /** Rows that may be at work at once at most, however fast they are. */
  readonly rowsMax: number;
  /** Rows that may be at work at once at first; `rowsMin` by default. */
  readonly rowsStart?: number;
}

/** A call that was let in; it is handed back at its end. */
export interface Admitted {
  readonly rows: number;
  readonly enteredMs: number;
}

export interface ConcurrencyLimit {
  /** Lets a call of so many rows in, or answers null where it would have to wait too long. A lone call is always let in. */
  enter(rows: number, nowMs: number): Admitted | null;
  /** A call has ended. Its latency counts, unless it ended early (refused, or given up by its caller). */
  leave(admitted: Admitted, nowMs: number, counts: boolean): void;
  /** How long a caller that was turned away should wait, in milliseconds: until what is at work has ended. */
  waitMs(): number;
  /** Rows that may be at work at once, as of now. */
  readonly limit: number;
  /** Rows that are at work. */
  readonly rowsInside: number;
}

/** Latencies that decide at once; a quantile of fewer is a guess. */
const callsPerWindow = 20;
/** With fewer a slow model decides all the same, once its window is this many goals old. */
const goalsPerWindow = 2;
const quantile = 0.95;
/** How much room the next window gets when this one filled the room that it had, and was fast enough. */
const growth = 0.1;
/** One bad window takes at most this much away. */
const cutMax = 0.5;
/** Below the goal by this much, so that calls end within it and not around it. */
const margin = 0.9;

/**
 * A bound on the rows at work at once that adapts to the latency of the calls that were let in: additive in growth
 * (doubling until the first bad window, and never past what the pace allows), multiplicative in retreat, in the way of TCP's congestion control (Chiu and
 * Jain, 1989). A queue is thus never longer than what its model works off within the goal, and who is turned away is
 * told at once. Only calls that entered after the last cut are counted against the present limit.
 */
export function concurrencyLimit(options: ConcurrencyLimitOptions): ConcurrencyLimit {
  const { goalMs, rowsMin, rowsMax, rowsStart = rowsMin } = options;
  assert(goalMs > 0 && rowsMin >= 1 && rowsMax >= rowsMin, 'a concurrency limit has a goal and room');
  let limit = Math.max(rowsMin, Math.min(rowsMax, Math.floor(rowsStart)));
  let inside = 0;
  let isDoubling = true;
  let wasFull = false;
  let since = 0;
  let latencies: number[] = [];
  let rowsDone = 0;
  let rowsPerMs = 0;

  /**
   * By how much. A queue that is new says nothing of how long it will take, but the pace does: by Little's law (1961) the
   * latency is the goal where as many rows are inside as are worked off within it.
   */
  function grown(perMs: number): number {
    const wanted = Math.floor(isDoubling ? limit : limit * growth);
    const room = Math.floor(perMs * goalMs * margin) - limit;
    return Math.max(1, Math.min(wanted, room));
  }

  function endWindow(nowMs: number): void {
    const elapsedMs = nowMs - since;
    const worst = quantileOf(latencies, quantile);
    const isBad = worst > goalMs * margin;
    if (isBad) {
      isDoubling = false;
      const keep = Math.max(cutMax, ((goalMs * margin) / worst) * margin);
      limit = Math.max(rowsMin, Math.floor(limit * keep));
    } else if (wasFull) limit = Math.min(rowsMax, limit + grown(rowsDone / elapsedMs));
    if (elapsedMs > 0 && (wasFull || isBad)) rowsPerMs = rowsDone / elapsedMs;
    latencies = [];
    rowsDone = 0;
    wasFull = inside >= limit;
    since = nowMs;
  }

  return {
    enter(rows, nowMs) {
      if (inside > 0 && inside + rows > limit) {
        wasFull = true;
        return null;
      }
      inside += rows;
      if (inside >= limit) wasFull = true;
      return { rows, enteredMs: nowMs };
    },
    leave({ rows, enteredMs }, nowMs, counts) {
      inside -= rows;
      if (!counts || enteredMs < since) {
        if (counts) rowsDone += rows;
        return;
      }
      rowsDone += rows;
      latencies.push(nowMs - enteredMs);
      const isOld = nowMs - since >= goalMs * goalsPerWindow;
      if (latencies.length >= callsPerWindow || isOld) endWindow(nowMs);
    },
    waitMs: () => (rowsPerMs === 0 ? goalMs : inside / rowsPerMs),
    get limit() {
      return limit;
    },
    get rowsInside() {
      return inside;
    },
  };
}

function quantileOf(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] as number;
}

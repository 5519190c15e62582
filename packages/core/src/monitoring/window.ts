import { assert } from '../errors/index.ts';
import { createSketch, type SketchCounts } from './sketch.ts';

/** What was counted of one model version in one stretch of time, as JSON. Windows of one start add up, in any order. */
export interface WindowCounts {
  /** Milliseconds since 1970, a multiple of the width. */
  readonly startMs: number;
  readonly widthMs: number;
  readonly requests: number;
  /** Requests that broke the objective: an error, too late, or what else counts as bad. */
  readonly bad: number;
  readonly fallbacks: number;
  readonly latencyMs: SketchCounts;
  /** Rows in each bin of the reference, by score. */
  readonly scores: Readonly<Record<string, readonly number[]>>;
}

/** One request as a window counts it. */
export interface WindowEvent {
  readonly bad: boolean;
  readonly fallback: boolean;
  /** Null where it was not measured. */
  readonly latencyMs: number | null;
}

export interface MonitoringWindow {
  add(event: WindowEvent): void;
  /** Adds rows in each bin of one score, as a ScoreProfile counted them in the same stretch of time. */
  addScore(name: string, counts: readonly number[]): void;
  merge(part: WindowCounts): void;
  counts(): WindowCounts;
}

/** The start of the window of this width that holds the time. */
export function windowStart(timeMs: number, widthMs: number): number {
  return Math.floor(timeMs / widthMs) * widthMs;
}

/** An empty window. The time comes from outside; only counts of this very window can be merged into it. */
export function createWindow(startMs: number, widthMs: number): MonitoringWindow {
  assert(widthMs > 0 && windowStart(startMs, widthMs) === startMs, 'a window starts at a multiple of its width');
  const total = { requests: 0, bad: 0, fallbacks: 0 };
  const latency = createSketch();
  const scores = new Map<string, number[]>();

  function addScore(name: string, counts: readonly number[]): void {
    const sums = scores.get(name);
    if (sums === undefined) {
      scores.set(name, [...counts]);
      return;
    }
    assert(sums.length === counts.length, `counts of ${name} come from the same reference`);
    for (const [bin, count] of counts.entries()) sums[bin] += count;
  }

  return {
    add({ bad, fallback, latencyMs }) {
      total.requests++;
      if (bad) total.bad++;
      if (fallback) total.fallbacks++;
      if (latencyMs !== null) latency.add(latencyMs);
    },
    addScore,
    merge(part) {
      assert(part.startMs === startMs && part.widthMs === widthMs, 'windows that merge are of the same time');
      total.requests += part.requests;
      total.bad += part.bad;
      total.fallbacks += part.fallbacks;
      latency.merge(part.latencyMs);
      for (const [name, counts] of Object.entries(part.scores)) addScore(name, counts);
    },
    counts: () => ({
      startMs,
      widthMs,
      ...total,
      latencyMs: latency.counts(),
      scores: Object.fromEntries(
        [...scores].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sums]) => [name, [...sums]]),
      ),
    }),
  };
}

/** Joins windows of many processes: one for each start, ascending, whatever the order they come in. */
export function mergeWindows(parts: readonly WindowCounts[]): WindowCounts[] {
  const windows = new Map<number, MonitoringWindow>();
  for (const part of parts) {
    const window = windows.get(part.startMs) ?? createWindow(part.startMs, part.widthMs);
    window.merge(part);
    windows.set(part.startMs, window);
  }
  return [...windows.values()].map((window) => window.counts()).sort((a, b) => a.startMs - b.startMs);
}

import { describe, expect, test } from 'vitest';
import { type Admitted, concurrencyLimit } from './concurrency-limit.ts';

interface Offer {
  /** Calls a second that arrive, by the time since the start. */
  readonly perSecond: (nowMs: number) => number;
  /** Milliseconds that the only worker takes for one call. */
  readonly serviceMs: (nowMs: number) => number;
  readonly forMs: number;
  readonly goalMs: number;
  readonly seed: number;
}

interface Ended {
  readonly arrivedMs: number;
  readonly latencyMs: number;
}

/** Random numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One worker, first come first served, before it a limit; arrivals at random moments whatever the answers are. */
function simulate({ perSecond, serviceMs, forMs, goalMs, seed }: Offer) {
  const random = randomFrom(seed);
  const limit = concurrencyLimit({ goalMs, rowsMin: 2, rowsMax: 10_000 });
  const ended: Ended[] = [];
  const waiting: { readonly admitted: Admitted; readonly arrivedMs: number }[] = [];
  let freeAtMs = 0;
  let refused = 0;
  let insideMost = 0;
  const workOff = (untilMs: number) => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const endMs = Math.max(freeAtMs, next.arrivedMs) + serviceMs(next.arrivedMs);
      if (endMs > untilMs) return;
      waiting.shift();
      freeAtMs = endMs;
      limit.leave(next.admitted, endMs, true);
      ended.push({ arrivedMs: next.arrivedMs, latencyMs: endMs - next.arrivedMs });
    }
  };
  for (let nowMs = 0; nowMs < forMs; nowMs += (-Math.log(1 - random()) * 1000) / perSecond(nowMs)) {
    workOff(nowMs);
    const admitted = limit.enter(1, nowMs);
    if (admitted === null) refused += 1;
    else waiting.push({ admitted, arrivedMs: nowMs });
    insideMost = Math.max(insideMost, limit.rowsInside);
  }
  workOff(Number.POSITIVE_INFINITY);
  const goodPerSecond = (fromMs: number, toMs: number) => {
    const good = ended.filter(
      ({ arrivedMs, latencyMs }) => arrivedMs >= fromMs && arrivedMs < toMs && latencyMs <= goalMs,
    );
    return (good.length * 1000) / (toMs - fromMs);
  };
  return { limit, ended, refused, insideMost, goodPerSecond };
}

describe.each([1, 2, 3, 4, 5])('with the random moments of seed %i', (seed) => {
  test.each([2, 4, 20])('at %i times its capacity nearly all that is worked off is in time', (times) => {
    const offer = { perSecond: () => 200 * times, serviceMs: () => 5, forMs: 20_000, goalMs: 100, seed };
    const { goodPerSecond, insideMost, limit } = simulate(offer);
    expect(goodPerSecond(0, 20_000)).toBeGreaterThan(190);
    expect(goodPerSecond(10_000, 20_000)).toBeGreaterThan(196);
    expect(insideMost).toBeLessThan(60);
    expect(limit.waitMs()).toBeLessThan(200);
  });

  test('it finds its room without letting a queue grow past the goal first', () => {
    const offer = { perSecond: () => 800, serviceMs: () => 5, forMs: 5_000, goalMs: 200, seed };
    const { ended, goodPerSecond, insideMost } = simulate(offer);
    expect(goodPerSecond(0, 5_000)).toBeGreaterThan(190);
    expect(ended.every(({ latencyMs }) => latencyMs < 210)).toBe(true);
    expect(insideMost).toBeLessThan(42);
  });

  test('below its capacity nobody is turned away after the first second', () => {
    const offer = { perSecond: () => 120, serviceMs: () => 5, forMs: 20_000, goalMs: 100, seed };
    const { ended, refused } = simulate(offer);
    expect(refused / (refused + ended.length)).toBeLessThan(0.01);
  });

  test('a model that becomes four times slower has less before it, and room again when it is as before', () => {
    const isSlow = (ms: number) => ms > 10_000 && ms < 20_000;
    const offer = {
      perSecond: () => 400,
      serviceMs: (ms: number) => (isSlow(ms) ? 20 : 5),
      forMs: 30_000,
      goalMs: 200,
      seed,
    };
    const { goodPerSecond } = simulate(offer);
    expect(goodPerSecond(12_000, 20_000)).toBeGreaterThan(47);
    expect(goodPerSecond(22_000, 30_000)).toBeGreaterThan(196);
  });
});

test('it begins with the room that it is told of, within its bounds', () => {
  const startingAt = (rowsStart: number) => concurrencyLimit({ goalMs: 10, rowsMin: 2, rowsMax: 8, rowsStart }).limit;
  expect([0, 2.9, 7, 100].map(startingAt)).toEqual([2, 2, 7, 8]);
});

test('a lone call is let in whatever its size, and a refused one costs nothing', () => {
  const limit = concurrencyLimit({ goalMs: 10, rowsMin: 2, rowsMax: 8 });
  const large = limit.enter(1000, 0);
  expect(large).toEqual({ rows: 1000, enteredMs: 0 });
  expect(limit.enter(1, 1)).toBeNull();
  expect(limit.rowsInside).toBe(1000);
  if (large !== null) limit.leave(large, 2, false);
  expect(limit.rowsInside).toBe(0);
});

test('the room never passes its bounds, and calls that end early teach nothing', () => {
  const limit = concurrencyLimit({ goalMs: 10, rowsMin: 2, rowsMax: 8 });
  const round = (latencyMs: number, counts: boolean, startMs: number) => {
    const inside = Array.from({ length: 20 }, () => limit.enter(1, startMs)).filter((one) => one !== null);
    for (const one of inside) limit.leave(one, startMs + latencyMs, counts);
  };
  for (let at = 0; at < 100; at++) round(1000, false, at * 2000);
  expect(limit.limit).toBe(2);
  for (let at = 0; at < 100; at++) round(1, true, 200_000 + at * 30);
  expect(limit.limit).toBe(8);
  for (let at = 0; at < 100; at++) round(1000, true, 300_000 + at * 2000);
  expect(limit.limit).toBe(2);
});

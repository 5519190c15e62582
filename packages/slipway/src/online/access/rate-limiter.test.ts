import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

const rate = { count: 10, perMs: 1000 };

test('a caller may use its rate at once, and then as fast as it comes back', () => {
  const limiter = createRateLimiter();
  const passed = (nowMs: number, count: number) =>
    Array.from({ length: count }, () => limiter.take('a', rate, nowMs)).filter((waitMs) => waitMs === 0).length;
  expect(passed(0, 25)).toBe(10);
  expect(limiter.take('a', rate, 0)).toBeCloseTo(100);
  expect(passed(99, 5)).toBe(0);
  expect(passed(100, 5)).toBe(1);
  expect(passed(600, 50)).toBe(5);
  expect(passed(100_000, 50)).toBe(10);
});

test('over a long time no more than the rate passes, however the requests fall', () => {
  const limiter = createRateLimiter();
  let passed = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 7) if (limiter.take('a', rate, nowMs) === 0) passed += 1;
  expect(passed).toBeGreaterThanOrEqual(600);
  expect(passed).toBeLessThanOrEqual(611);
});

test('callers do not share, and a clock that stands still gives nothing away', () => {
  const limiter = createRateLimiter();
  for (let turn = 0; turn < 10; turn++) limiter.take('a', rate, 5);
  expect(limiter.take('a', rate, 5)).toBeGreaterThan(0);
  expect(limiter.take('b', rate, 5)).toBe(0);
});

test('it remembers a bounded number of callers, and the busy ones stay', () => {
  const limiter = createRateLimiter();
  for (let turn = 0; turn < 10; turn++) limiter.take('busy', rate, 0);
  for (let caller = 0; caller < 30_000; caller++) {
    limiter.take(`caller ${caller}`, rate, 0);
    if (caller % 5000 === 0) limiter.take('busy', { count: 1000, perMs: 1000 }, 0);
  }
  expect(limiter.size).toBe(10_000);
  expect(limiter.take('busy', rate, 0)).toBeGreaterThan(0);
});

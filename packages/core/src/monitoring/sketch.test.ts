import { DDSketch } from '@datadog/sketches-js';
import { Random } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { createSketch, createWindow, mergeWindows, type SketchCounts, sketchQuantile } from './index.ts';

const quantiles = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1];

function sketchOf(values: readonly number[], binsMax = 2048): SketchCounts {
  const sketch = createSketch({ relativeAccuracy: 0.01, binsMax });
  for (const value of values) sketch.add(value);
  return sketch.counts();
}

function latencies(random: Random, length: number): number[] {
  return Array.from({ length }, () => Math.exp(random.normal() * 2) * (random.next() < 0.1 ? -1 : 1));
}

test('quantiles are within one percent of the true ones, and those that the DDSketch of its authors gives', () => {
  for (let seed = 0; seed < 20; seed++) {
    const values = latencies(new Random(seed), 2000);
    const oracle = new DDSketch({ relativeAccuracy: 0.01 });
    for (const value of values) oracle.accept(value);
    const sketch = sketchOf(values);
    const sorted = Float64Array.from(values).sort();
    for (const q of quantiles) {
      const ours = sketchQuantile(sketch, q) ?? Number.NaN;
      const truth = sorted[Math.floor(q * (values.length - 1))];
      expect(Math.abs(ours - truth) / Math.abs(truth)).toBeLessThanOrEqual(0.01 + 1e-9);
      const theirs = Math.min(sorted[sorted.length - 1], Math.max(sorted[0], oracle.getValueAtQuantile(q)));
      expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(1e-9 * Math.abs(theirs));
    }
  }
});

test('merging in any order and grouping gives the same sketch, even where the smallest values collapse', () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = new Random(seed);
    const parts = [0, 1, 2, 3].map(() => latencies(random, 50));
    const whole = sketchOf(parts.flat(), 64);
    const [a, b, c, d] = parts.map((part) => sketchOf(part, 64));
    expect(merged(merged(d, b), merged(c, a))).toEqual(whole);
    expect(merged(merged(merged(a, b), c), d)).toEqual(whole);
  }
});

function merged(a: SketchCounts, b: SketchCounts): SketchCounts {
  const sketch = createSketch(a);
  sketch.merge(JSON.parse(JSON.stringify(a)));
  sketch.merge(b);
  return sketch.counts();
}

test('an empty sketch has no quantile; zeros stand between the signs', () => {
  expect(sketchQuantile(sketchOf([]), 0.5)).toBeNull();
  expect(sketchQuantile(sketchOf([-1, 0, 1]), 0.5)).toBe(0);
});

test('windows of several processes merge to the same in any order', () => {
  const parts = [0, 60_000, 0].map((startMs, at) => {
    const window = createWindow(startMs, 60_000);
    window.add({ bad: at === 2, fallback: at === 1, latencyMs: at + 1 });
    window.addScore('risk', [at, 1]);
    return window.counts();
  });
  const joined = mergeWindows(parts);
  expect(joined).toEqual(mergeWindows(parts.toReversed()));
  expect(joined.map(({ startMs, requests, bad }) => [startMs, requests, bad])).toEqual([
    [0, 2, 1],
    [60_000, 1, 0],
  ]);
  expect(joined[0].scores).toEqual({ risk: [2, 2] });
});

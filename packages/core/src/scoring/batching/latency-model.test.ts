import { Random } from '@slipway/testkit';
import { describe, expect, test } from 'vitest';
import { holdMs, rowsWithin, rowsWorthwhile, workMs } from './decisions.ts';
import { LatencyModel } from './latency-model.ts';

const line = (perRowMs: number, fixedMs: number) => (rows: number) => fixedMs + perRowMs * rows;

function seeded(ms: (rows: number) => number): LatencyModel {
  const model = new LatencyModel();
  for (const rows of [1, 2, 4, 8, 16, 32]) model.seed(rows, ms(rows));
  return model;
}

describe('a latency model', () => {
  test('knows a line from its warm-up, and nothing from runs of one size', () => {
    const model = seeded(line(0.1, 2));
    expect(model.perRowMs).toBeCloseTo(0.1, 10);
    expect(model.fixedMs).toBeCloseTo(2, 10);
    const ignorant = new LatencyModel();
    for (let run = 0; run < 100; run++) ignorant.observe(1, 3);
    expect(ignorant.isKnown).toBe(false);
    ignorant.observe(11, 4);
    expect(ignorant.isKnown).toBe(true);
    expect(ignorant.perRowMs).toBeCloseTo(0.1, 6);
  });

  test('follows a model that has become slower within some fifty runs, whatever their sizes', () => {
    const random = new Random(7);
    const model = seeded(line(0.1, 2));
    for (let run = 0; run < 120; run++) {
      const rows = 1 + random.integer(32);
      model.observe(rows, line(0.3, 6)(rows) * (0.95 + 0.1 * random.next()));
    }
    for (const rows of [1, 8, 32]) expect(model.expectedMs(rows) / line(0.3, 6)(rows)).toBeCloseTo(1, 1);
  });

  test('keeps telling both parts apart when all runs are of one size', () => {
    const model = seeded(line(0.1, 2));
    for (let run = 0; run < 1000; run++) model.observe(4, 2.4);
    expect(model.perRowMs).toBeCloseTo(0.1, 6);
    expect(model.fixedMs).toBeCloseTo(2, 6);
  });

  test('is not moved far by one pause of the machine', () => {
    const model = seeded(line(0.1, 2));
    for (let run = 0; run < 50; run++) model.observe(1 + (run % 32), line(0.1, 2)(1 + (run % 32)));
    const before = model.expectedMs(10);
    model.observe(10, 10_000);
    expect(model.expectedMs(10)).toBeLessThan(1.5 * before);
  });

  test('tells what nineteen of twenty runs stay under', () => {
    const random = new Random(11);
    const model = seeded(line(0.1, 2));
    const ms = (rows: number) => line(0.1, 2)(rows) * (1 + Math.abs(0.3 * random.normal()));
    for (let run = 0; run < 500; run++) model.observe(1 + (run % 32), ms(1 + (run % 32)));
    let under = 0;
    for (let run = 0; run < 2000; run++) if (ms(8) <= model.slowMs(8)) under += 1;
    expect(under / 2000).toBeGreaterThan(0.88);
    expect(under / 2000).toBeLessThan(0.999);
  });

  test('has no negative part, whatever it sees', () => {
    const falling = seeded((rows) => 10 / rows);
    expect(falling.perRowMs).toBe(0);
    expect(falling.fixedMs).toBeGreaterThan(0);
    const steep = seeded((rows) => rows * rows);
    expect(steep.fixedMs).toBeGreaterThanOrEqual(0);
    expect(steep.perRowMs).toBeGreaterThan(0);
  });
});

describe('decisions', () => {
  test('rows are added while the fixed part is more than a tenth of the run', () => {
    expect(rowsWorthwhile(seeded(line(1, 10)), 4096)).toBe(64);
    const wide = seeded(line(1, 10));
    wide.seed(1000, 1010);
    expect(rowsWorthwhile(wide, 4096)).toBe(90);
    expect(rowsWorthwhile(wide, 50)).toBe(50);
    expect(rowsWorthwhile(seeded(line(1, 0)), 4096)).toBe(1);
    expect(rowsWorthwhile(new LatencyModel(), 4096)).toBe(1);
  });

  test('a hold pays exactly where the sum of all waits is smaller with it', () => {
    for (const [a, b] of [
      [0.1, 5],
      [1, 5],
      [3, 2],
    ] as const) {
      const t = line(a, b);
      const model = seeded(t);
      for (let n = 1; n <= 12; n++) {
        for (const gap of [0.01, 0.1, 0.5, 1, 2, 4]) {
          const now = n * t(n) + t(n) - gap + t(1);
          const held = n * (gap + t(n + 1)) + t(n + 1);
          if (Math.abs(now - held) > 1e-6)
            expect([a, n, gap, holdMs(model, n, gap) > 0]).toEqual([a, n, gap, held < now]);
        }
      }
    }
  });

  test('work is what its rows and its runs take, shared by those who do it', () => {
    expect(workMs(seeded(line(1, 10)), 100, 30, 2)).toBeCloseTo((100 + 40) / 2, 6);
  });

  test('as many rows as are done within a time are those of the runs that end within it', () => {
    expect(rowsWithin(seeded(line(1, 10)), 125, 30, 2)).toBe(3 * 30 * 2);
    expect(rowsWithin(seeded(line(5, 0)), 105, 2, 1)).toBe(20);
    expect(rowsWithin(seeded(line(200, 0)), 100, 1, 4)).toBe(0);
  });
});

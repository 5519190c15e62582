import { expect, test } from 'vitest';
import { planResources } from './resources.ts';

const csv = { threadsMax: 2, columns: 5, formats: ['csv', 'csv'], sorts: false } as const;

test('a narrow file gets all threads, and little more memory than they need to write in order', () => {
  expect(planResources(csv)).toEqual({ threads: 2, memoryBytes: 96_119_467 });
  expect(planResources({ ...csv, columns: 1 }).memoryBytes).toBe(64_000_000);
});

test('the wider the file, the fewer threads, down to one', () => {
  const threads = [5, 22, 40, 300].map((columns) => planResources({ ...csv, threadsMax: 16, columns }).threads);
  expect(threads).toEqual([9, 2, 1, 1]);
});

test('wide Parquet and runs that sort get one thread', () => {
  expect(planResources({ ...csv, columns: 20, formats: ['csv', 'parquet'] }).threads).toBe(1);
  expect(planResources({ ...csv, threadsMax: 8, sorts: true })).toEqual({ threads: 1, memoryBytes: 150_000_000 });
});

test('no run gets more than 400 MB', () => {
  for (const columns of [1, 10, 20, 100, 1000]) {
    expect(planResources({ ...csv, threadsMax: 64, columns }).memoryBytes).toBeLessThanOrEqual(400_000_000);
  }
});

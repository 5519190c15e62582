import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { swapUnderLoad } from '../fixtures/swap-load.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-swaps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// The long form, of 100 swaps and 20 rollbacks, is scripts/swap-load.ts.
test.each([1, 2])('swaps and rollbacks under load fail and mix no answer, with %i worker', async (workers) => {
  const { failed, mixed, versions } = await swapUnderLoad({ root, swaps: 10, rollbacks: 2, workers });
  expect(failed).toEqual([]);
  expect(mixed).toEqual([]);
  expect(Object.keys(versions).sort()).toEqual(['1.0.0', '1.1.0']);
});

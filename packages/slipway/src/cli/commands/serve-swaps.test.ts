import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { swapUnderLoad } from '../fixtures/swap-load.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-serve-swaps-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// The long form, of 100 swaps and 20 rollbacks, is scripts/swap-load.ts.
test.each([
  ['compiled', 1],
  ['compiled', 2],
  ['onnxruntime', 1],
] as const)('swaps and rollbacks under load fail and mix no answer: %s, workers: %i', async (engine, workers) => {
  const load = { root, swaps: engine === 'compiled' ? 10 : 4, rollbacks: 2, workers, engine };
  const { failed, mixed, versions } = await swapUnderLoad(load);
  expect(failed).toEqual([]);
  expect(mixed).toEqual([]);
  expect(Object.keys(versions).sort()).toEqual(['1.0.0', '1.1.0']);
});

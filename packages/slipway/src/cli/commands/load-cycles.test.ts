import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeLearnerLaunch } from '@slipway/testkit';
import { afterAll, expect, test } from 'vitest';
import type { LoadCycles } from '../fixtures/load-cycles.ts';

const program = fileURLToPath(new URL('../fixtures/load-cycles.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'slipway-load-cycles-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A model that stayed, with its compiled code, would be more each time. */
const leakedMbPerCycleMax = 0.02;

// The long form, of 200 cycles, is scripts/load-cycles.ts.
test.each(['compiled', 'onnxruntime'])(
  'loading and unloading a model again and again leaves nothing (%s)',
  async (engine) => {
    const launch = writeLearnerLaunch(root);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      program,
      launch,
      '30',
      '10',
      engine,
    ]);
    const { cycles, before, after } = JSON.parse(stdout) as LoadCycles;
    expect(after.threads).toBeLessThanOrEqual(before.threads);
    expect(after.resources).toBeLessThanOrEqual(before.resources);
    expect(after.metricLines).toBe(before.metricLines);
    expect((after.heapMb - before.heapMb) / cycles).toBeLessThan(leakedMbPerCycleMax);
    expect((after.externalMb - before.externalMb) / cycles).toBeLessThan(leakedMbPerCycleMax);
  },
  60_000,
);

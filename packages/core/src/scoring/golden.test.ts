import { parseLaunch } from '@slipway/core';
import { sumSession } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { createPredictor, goldenDifferences } from './index.ts';

const launch = parseLaunch(
  'slipway: 1\nmodel: m\nversion: 1.0.0\nartifact: model.onnx\ninput: { x: { type: number } }\noutput: { y: { type: number, from: y } }\n',
  'launch.yaml',
);
const binding = {
  inputs: [{ input: 'x', type: 'float32', column: 0, width: 1 }],
  outputs: [{ output: 'y', column: 0, type: 'float32', labels: null }],
} as const;
const predictor = createPredictor({
  launch,
  session: sumSession(binding, { score: ([x]) => x ?? 0 }),
  clock: { wallMs: () => 0, monotonicMs: () => 0 },
  newId: () => 'id',
  sink: null,
});

/** Whether a model that answers `x` keeps a golden row that wants `y`. */
async function keeps(x: number, y: number, tolerance = 1e-6): Promise<boolean> {
  const rows = [{ record: { x }, outputs: { y } }];
  return (await goldenDifferences(predictor, { tolerance, rows })).length === 0;
}

test('a golden score is held to the tolerance as it is up to 1, and relative to it above', async () => {
  expect(await keeps(0.5, 0.5 + 9e-7)).toBe(true);
  expect(await keeps(0.5, 0.5 + 2e-6)).toBe(false);
  expect(await keeps(1024, 1024 + 9e-4)).toBe(true);
  expect(await keeps(-1024, -1024 + 2e-3)).toBe(false);
});

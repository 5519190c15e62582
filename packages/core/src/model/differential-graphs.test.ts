import { Random, wholeBinding } from '@slipway/testkit';
import { expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { randomGraph } from './fixtures/random-graph.ts';
import { fuse } from './ir/fuse.ts';
import { wideValues } from './ir/wide-values.ts';
import { lower } from './lower/lower.ts';

// Random graphs of plain operators against ONNX Runtime. `SLIPWAY_SEEDS=from-to` runs other seeds.
const [from = 1, to = 240] = (process.env.SLIPWAY_SEEDS ?? '').split('-').filter(Boolean).map(Number);

test('random graphs of plain operators give the bits of ONNX Runtime, in columns and row by row', async () => {
  let compiled = 0;
  let looped = 0;
  for (let seed = from; seed <= to; seed++) {
    const random = new Random(seed);
    const columns = random.pick([1, 3, 6, 30, 60]);
    const model = randomGraph(random, columns, 4 + random.integer(20));
    if (model.graph.outputs.length === 0) continue;
    const { inputs } = wholeBinding(model);
    const rows = random.pick([1, 2, 33, 300]);
    const number = () => Math.fround(random.pick([random.normal() * 5, random.integer(7) - 3]));
    const batch = { rows, columns: inputs.map(() => Float64Array.from({ length: rows }, number)) };
    const lowering = lower(model, wholeBinding(model));
    if (lowering.kind === 'program') {
      compiled += 1;
      if (wideValues(fuse(lowering.program)).size > 0) looped += 1;
    }
    const agreement = await agreementOf(model, batch);
    if (agreement === null) continue;
    // Of zeros of both signs a minimum may be either.
    expect(agreement.differenceMax, `seed ${seed}: ${agreement.first}`).toBe(0);
    expect(agreement.rowsAgree, `seed ${seed}`).toBe(true);
  }
  expect(compiled).toBeGreaterThan(0.8 * (to - from));
  expect(looped).toBeGreaterThan(0.1 * (to - from));
});

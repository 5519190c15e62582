import {
  boostedModel,
  forestModel,
  Random,
  type RandomTreeModel,
  randomTreeModel,
  treeRegressorModel,
} from '@slipway/testkit';
import { expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { nextDown, nextUp } from './math/index.ts';
import type { FeatureBatch } from './session.ts';

// Two hundred seeds take about two seconds; a failure names its seed.
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test('sums of trees without transform equal those of ONNX Runtime in every bit, all else lies within 2e-6', async () => {
  let compiled = 0;
  let untransformed = 0;
  for (const seed of seeds) {
    const random = new Random(seed);
    const given = randomTreeModel(random, {
      operator: seed % 2 === 0 ? 'regressor' : 'classifier',
      mixedModes: seed % 3 === 0,
    });
    const agreement = await agreementOf(given.model, hardBatch(given, random, 70));
    if (agreement === null) continue;
    compiled += 1;
    const message = `seed ${seed}: ${agreement.first}; ${given.description}`;
    expect(agreement.rowsAgree, message).toBe(true);
    // PROBIT magnifies the last bit of a logarithm near 0.5; the others stay within an ulp or two.
    expect(agreement.differenceMax, message).toBeLessThan(given.description.includes('PROBIT') ? 1e-4 : 1e-6);
    if (!given.description.includes('"transform":"NONE"')) continue;
    untransformed += 1;
    expect(agreement.bitEqual, message).toBe(agreement.values);
  }
  // The generator must not have drifted to models that are refused.
  expect(compiled).toBeGreaterThan(100);
  expect(untransformed).toBeGreaterThan(30);
});

/** Values on thresholds, beside them, missing, infinite, of either zero, and others. */
function hardBatch({ thresholds }: RandomTreeModel, random: Random, rows: number): FeatureBatch {
  const value = (own: readonly number[]): number => {
    const choice = random.next();
    if (choice < 0.1) return Number.NaN;
    if (choice < 0.14) return random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0]);
    if (choice > 0.6 || own.length === 0) return random.normal();
    const threshold = random.pick(own);
    return random.pick([threshold, nextUp(threshold), nextDown(threshold)]);
  };
  return { rows, columns: thresholds.map((own) => Float64Array.from({ length: rows }, () => value(own))) };
}

const shapes = [
  { trees: 1, depth: 2 },
  { trees: 30, depth: 6 },
  { trees: 9, depth: 8 },
  { trees: 9, depth: 9 },
  { trees: 5, depth: 12, earlyLeaves: 0.3 },
];

test.each(shapes)('models as exporters write them: $trees trees of depth $depth', async (shape) => {
  const random = new Random(3);
  const number = () => (random.next() < 0.1 ? Number.NaN : random.normal());
  const batch = { rows: 300, columns: Array.from({ length: 5 }, () => Float64Array.from({ length: 300 }, number)) };
  const models = [
    forestModel({ ...shape, classes: 3 }),
    forestModel(shape),
    treeRegressorModel(shape),
    boostedModel(shape),
  ];
  for (const model of models) {
    const agreement = await agreementOf(model, batch);
    expect(agreement).toMatchObject({ rowsAgree: true });
    expect(agreement?.differenceMax, agreement?.first).toBeLessThan(1e-7);
  }
});

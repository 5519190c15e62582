import {
  boostedModel,
  forestModel,
  leafWiseModel,
  Random,
  type TreeCase,
  treeCaseModel,
  treeCaseThresholds,
  treeRegressorModel,
} from '@slipway/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreementOf } from './fixtures/agreement.ts';
import { treeCases } from './fixtures/arbitrary-trees.ts';
import { nextDown, nextDownFloat64, nextUp, nextUpFloat64 } from './math/index.ts';
import type { FeatureBatch } from './session.ts';

// What fits into the suite. SLIPWAY_TREE_RUNS makes more of them, SLIPWAY_TREE_SEED others; a failure prints its seed
// and the smallest model that still fails.
const runs = Number(process.env.SLIPWAY_TREE_RUNS ?? 3000);
const seed = Number(process.env.SLIPWAY_TREE_SEED ?? 1);

/** How far results may be from ONNX Runtime's after a transform; without one they are the same bits. */
const tolerance = { NONE: 0, SOFTMAX: 1e-6, LOGISTIC: 1e-6, SOFTMAX_ZERO: 1e-6, PROBIT: 1e-4 };

const cases = fc.record({
  given: treeCases(),
  rows: fc.integer({ min: 1, max: 70 }),
  rowSeed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
});

test('any trees give what ONNX Runtime gives, a row alone what it gives among many', { timeout: 0 }, async () => {
  const met = { untransformed: 0, float64: 0 };
  const drawn = { v1: 0, v3: 0, v5: 0 };
  const answered = { v1: 0, v3: 0, v5: 0 };
  const property = fc.asyncProperty(cases, async ({ given, rows, rowSeed }) => {
    drawn[versionOf(given)] += 1;
    const agreement = await agreementOf(treeCaseModel(given), hardBatch(given, new Random(rowSeed), rows));
    if (agreement === null) return;
    expect(agreement.rowsAgree, 'a row alone differs').toBe(true);
    const wanted = tolerance[given.transform];
    if (wanted === 0) expect(agreement.bitEqual, agreement.first).toBe(agreement.values);
    else expect(agreement.differenceMax, agreement.first).toBeLessThan(wanted);
    answered[versionOf(given)] += 1;
    if (wanted === 0) met.untransformed += 1;
    if (given.input === 'float64') met.float64 += 1;
  });
  await fc.assert(property, { numRuns: runs, seed });
  // The arbitrary must not have drifted to models that are refused: other seeds move a share by less than 0.06.
  expect(Math.abs(answered.v1 / drawn.v1 - 0.605), 'share of v1').toBeLessThan(0.06);
  expect(Math.abs(answered.v3 / drawn.v3 - 0.615), 'share of v3').toBeLessThan(0.06);
  expect(Math.abs(answered.v5 / drawn.v5 - 0.655), 'share of v5').toBeLessThan(0.06);
  expect(met.untransformed / runs).toBeGreaterThan(0.25);
  expect(met.float64 / runs).toBeGreaterThan(0.2);
});

test('a failure shrinks to a model of a few nodes, and its report holds the seed and the model', async () => {
  const hasSet = ({ given }: { given: TreeCase }) => JSON.stringify(given).includes('"BRANCH_MEMBER"');
  const found = fc.check(
    fc.property(cases, (one) => !hasSet(one)),
    { seed: 5 },
  );
  const [shrunk] = found.counterexample ?? [];
  expect(shrunk?.given.trees.length).toBe(1);
  expect(JSON.stringify(shrunk).split('"kind"').length - 1).toBeLessThanOrEqual(3);
  const report = fc.defaultReportMessage(found);
  expect(report).toContain('seed: 5');
  expect(report).toContain('"mode":"BRANCH_MEMBER"');
});

/** The version of ai.onnx.ml that writes the model so: numbers stand in tensors since 3, TreeEnsemble is of 5. */
function versionOf({ operator, tensors }: TreeCase): 'v1' | 'v3' | 'v5' {
  if (operator === 'ensemble') return 'v5';
  return tensors ? 'v3' : 'v1';
}

/** Values on thresholds, beside them, between categories, missing, infinite, of either zero, and others. */
function hardBatch(given: TreeCase, random: Random, rows: number): FeatureBatch {
  const [down, up] = given.input === 'float64' ? [nextDownFloat64, nextUpFloat64] : [nextDown, nextUp];
  const value = (own: readonly number[]): number => {
    const choice = random.next();
    if (choice < 0.1) return Number.NaN;
    if (choice < 0.14) return random.pick([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0]);
    if (choice > 0.7 || own.length === 0) return 2 * random.normal();
    const threshold = random.pick(own);
    return random.pick([threshold, threshold, up(threshold), down(threshold), threshold + 0.5, threshold - 0.25]);
  };
  const whole = (number: number) => (Math.abs(number) < 2 ** 53 ? Math.round(number) + 0 : 3);
  const numberOf = given.input === 'int64' ? (own: readonly number[]) => whole(value(own)) : value;
  return {
    rows,
    columns: treeCaseThresholds(given).map((own) => Float64Array.from({ length: rows }, () => numberOf(own))),
  };
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

test.each([
  { trees: 20, features: 5 },
  { trees: 200, features: 5, categorical: 2, categories: 40 },
  { trees: 200, features: 5, categorical: 2, categories: 40, precision: 'float32' as const },
  { trees: 160, features: 5, leaves: 63 },
  { trees: 20, features: 5, leaves: 400, categorical: 1 },
])('models as LightGBM grows them, in every bit: %o', async (options) => {
  const random = new Random(4);
  const number = () => (random.next() < 0.1 ? Number.NaN : random.normal());
  const category = () => (random.next() < 0.1 ? number() : random.integer(50) - 2 + random.pick([0, 0, 0.5]));
  const columns = Array.from({ length: 5 }, (_, feature) => {
    return Float64Array.from({ length: 300 }, feature < (options.categorical ?? 0) ? category : number);
  });
  const agreement = await agreementOf(leafWiseModel(options), { rows: 300, columns });
  expect(agreement?.first).toBe('');
  expect(agreement).toMatchObject({ rowsAgree: true, bitEqual: 300 });
});

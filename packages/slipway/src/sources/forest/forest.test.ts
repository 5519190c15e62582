import { encodeModel, nextUp } from '@slipway/core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { uniform } from '../../system/random.ts';
import { generateLearners } from '../learners/generate-learners.ts';
import { type DecisionTree, type ForestFit, fitForest, treesCount } from './fit-forest.ts';
import { float32Bound, forestOnnx } from './forest-onnx.ts';

const learners = generateLearners({ seed: 5, count: 400 });
// Hours are thirds, which float32 must round; a third column is noise.
const columns = [
  Float64Array.from(learners, ({ hoursTenths }) => hoursTenths / 30),
  Float64Array.from(learners, ({ quizTenths }) => quizTenths / 10),
  Float64Array.from(learners, (_, row) => uniform(5, row, 99)),
];
const labels = Uint8Array.from(learners, ({ neededSupport }) => neededSupport);
const rows = Uint32Array.from(learners.keys());
const features = learners.map((_, row) => columns.map((column) => Math.fround(column[row])));

let forest: ForestFit;
beforeAll(() => {
  forest = fitForest({ columns, labels, rows, seed: 3 });
});

async function onnxProbabilities(
  trees: readonly DecisionTree[],
  given: readonly (readonly number[])[],
): Promise<number[]> {
  const session = await InferenceSession.create(encodeModel(forestOnnx(trees, 3)), { intraOpNumThreads: 1 });
  const input = new Tensor('float32', Float32Array.from(given.flat()), [given.length, 3]);
  const { probabilities } = await session.run({ features: input });
  await session.release();
  return [...(probabilities.data as Float32Array)].filter((_, index) => index % 2 === 1);
}

/** What the library's trees say themselves: the mean of the shares of class 1 in the leaves that they reach. */
function libraryProbabilities({ forests }: ForestFit, given: readonly (readonly number[])[]): number[] {
  return given.map((row) => {
    const shares = forests.map((forest) => {
      const { root } = (forest.estimators as unknown as LibraryTree[])[0];
      const chosen = (forest.indexes as number[][])[0].map((feature) => row[feature]);
      return root.classify(chosen).to2DArray()[0][1] ?? 0;
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  });
}

interface LibraryTree {
  readonly root: { classify(row: readonly number[]): { to2DArray(): number[][] } };
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index])));
}

test("in ONNX Runtime the forest gives the library's own probabilities on the training rows", async () => {
  const expected = libraryProbabilities(forest, features);
  expect(largestDifference(await onnxProbabilities(forest.trees, features), expected)).toBeLessThan(1e-6);
  expect(new Set(expected).size).toBeGreaterThan(100);
});

test('on thresholds and the float32 numbers beside them it decides as the library does', async () => {
  const thresholds = forest.trees.flatMap(branchesOf);
  const given = thresholds.flatMap(({ feature, below }) => {
    const at = Math.fround(below);
    return [at, nextUp(at), -nextUp(-at)].map((value) =>
      features[0].map((other, index) => (index === feature ? value : other)),
    );
  });
  expect(given.length).toBeGreaterThan(1000);
  // Leaves differ by far more than this, so that one wrong turn in one tree would show.
  expect(
    largestDifference(await onnxProbabilities(forest.trees, given), libraryProbabilities(forest, given)),
  ).toBeLessThan(1e-6);
});

test('probabilities never leave the range from 0 to 1, not even where every tree is sure', async () => {
  const sure: DecisionTree[] = Array.from({ length: treesCount }, () => ({ kind: 'leaf', probability: 1 }));
  expect(await onnxProbabilities(sure, [[0, 0, 0]])).toEqual([1]);
  const nearly: DecisionTree[] = Array.from({ length: treesCount }, () => ({ kind: 'leaf', probability: 1 - 1e-9 }));
  expect((await onnxProbabilities(nearly, [[0, 0, 0]]))[0]).toBeLessThanOrEqual(1);
});

test('the seed decides, and the forest has learned what matters', () => {
  expect(fitForest({ columns, labels, rows, seed: 3 }).trees).toEqual(forest.trees);
  expect(fitForest({ columns, labels, rows, seed: 4 }).trees).not.toEqual(forest.trees);
  const [struggling, thriving] = libraryProbabilities(forest, [
    [Math.fround(2 / 3), 30, 0.5],
    [Math.fround(25 / 3), 95, 0.5],
  ]);
  expect(struggling).toBeGreaterThan(0.7);
  expect(thriving).toBeLessThan(0.1);
});

test('classes that one split tells apart are told apart', () => {
  const x = Float64Array.from({ length: 100 }, (_, row) => row);
  const fit = fitForest({
    columns: [x],
    labels: Uint8Array.from(x, (value) => (value < 50 ? 0 : 1)),
    rows: Uint32Array.from(x.keys()),
    seed: 1,
  });
  const [low, high] = libraryProbabilities(fit, [[10], [90]]);
  expect(low).toBe(0);
  expect(high).toBeCloseTo(1, 12);
});

test('the bound of a threshold is the smallest float32 that is not below it', () => {
  for (let row = 0; row < 2000; row++) {
    const threshold = (uniform(9, row, 0) - 0.5) * 2 ** Math.floor(60 * uniform(9, row, 1) - 30);
    const bound = float32Bound(threshold);
    expect(Math.fround(bound)).toBe(bound);
    expect(bound >= threshold).toBe(true);
    const below = -nextUp(-bound);
    expect(below < threshold).toBe(true);
  }
  expect(float32Bound(0.5)).toBe(0.5);
});

function branchesOf(tree: DecisionTree): { feature: number; below: number }[] {
  return tree.kind === 'leaf' ? [] : [tree, ...branchesOf(tree.less), ...branchesOf(tree.rest)];
}

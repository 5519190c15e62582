import { RandomForestRegression } from 'ml-random-forest';
import { hash32, shuffledRows } from '../../system/random.ts';

/** A tree as it decides: `x[feature] < below` goes to `less`, everything else to `rest`. */
export type DecisionTree =
  | { readonly kind: 'leaf'; readonly probability: number }
  | {
      readonly kind: 'branch';
      readonly feature: number;
      readonly below: number;
      readonly less: DecisionTree;
      readonly rest: DecisionTree;
    };

export interface ForestFit {
  readonly trees: readonly DecisionTree[];
  /** The library's own probability of class 1 for each row of features: the mean of its trees. */
  probabilities(rows: readonly (readonly number[])[]): number[];
}

export interface ForestOptions {
  readonly columns: readonly Float64Array[];
  readonly labels: Uint8Array;
  /** Rows to learn from. */
  readonly rows: Uint32Array;
  readonly seed: number;
}

/** A power of two: a probability / 64 is exact, and 64 of them never sum to more than 1 in float32. */
export const treesCount = 64;
const rowsOfTreeMax = 1000;
const depthMax = 8;
const rowsOfLeafMax = 25;
const featuresShare = 0.7;
const streamOfTrees = 2000;
const streamOfSamples = 3000;

/**
 * A forest of regression trees on the labels 0 and 1: the mean of a leaf is its share of class 1, and the squared error
 * that a split lowers is the Gini impurity. Each tree learns from a bootstrap of at most 1,000 rows drawn for it alone
 * and from 70 % of the features, since the library's time grows with the square of its rows. Features are rounded to
 * float32 first, as the model will see them.
 */
export function fitForest({ columns, labels, rows, seed }: ForestOptions): ForestFit {
  const features = Math.max(1, Math.round(columns.length * featuresShare));
  const forests = Array.from({ length: treesCount }, (_, tree) => {
    const sample = drawRows(rows, seed, streamOfSamples + tree);
    const forest = new RandomForestRegression({
      nEstimators: 1,
      seed: hash32(seed, tree, streamOfTrees) | 0,
      maxFeatures: features,
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      // The library's default refuses a split after which nothing is left to explain; a negative bound allows it.
      treeOptions: { maxDepth: depthMax, minNumSamples: rowsOfLeafMax, gainThreshold: -1 },
    });
    forest.train(
      sample.map((row) => columns.map((column) => Math.fround(column[row]))),
      sample.map((row) => labels[row]),
    );
    return forest;
  });
  return {
    trees: forests.map(readTree),
    probabilities(given) {
      const sums = new Float64Array(given.length);
      const matrix = given.map((row) => [...row]);
      for (const forest of forests) {
        for (const [at, value] of forest.predict(matrix).entries()) sums[at] += value / treesCount;
      }
      return [...sums];
    },
  };
}

/** Some of the rows, none twice. */
function drawRows(rows: Uint32Array, seed: number, stream: number): number[] {
  return Array.from(shuffledRows(rows.length, seed, stream).subarray(0, rowsOfTreeMax), (at) => rows[at]);
}

/** A node as the library's JSON has it. */
interface LibraryNode {
  readonly distribution?: number;
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: LibraryNode;
  readonly right?: LibraryNode;
}

function readTree(forest: RandomForestRegression): DecisionTree {
  const { baseModel } = forest.toJSON();
  const { root } = baseModel.estimators[0] as unknown as { root: LibraryNode };
  return readNode(root, baseModel.indexes[0]);
}

function readNode(node: LibraryNode, features: readonly number[]): DecisionTree {
  const { left, right, splitColumn, splitValue, distribution } = node;
  if (left === undefined || right === undefined || splitColumn === undefined || splitValue === undefined) {
    return { kind: 'leaf', probability: distribution ?? 0 };
  }
  return {
    kind: 'branch',
    feature: features[splitColumn],
    below: splitValue,
    less: readNode(left, features),
    rest: readNode(right, features),
  };
}

import { assert } from '@slipway/core';
import { RandomForestClassifier } from 'ml-random-forest';
import { hash32 } from '../../system/random.ts';

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
  /** The library's forests, of one tree each, for whoever wants to ask the library itself. */
  readonly forests: readonly RandomForestClassifier[];
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
const rowsOfTreeMax = 800;
const depthMax = 8;
const rowsOfLeafMax = 25;
const featuresShare = 0.7;
const streamOfTrees = 2000;
const streamOfSamples = 3000;

/**
 * A random forest of Gini trees whose leaves give shares of class 1. Each tree learns from a bootstrap of at most 800
 * rows that are drawn for it alone and from 70 % of the features, since the library's time grows with the square of
 * its rows. Features are rounded to float32 first, as the model will see them.
 */
export function fitForest({ columns, labels, rows, seed }: ForestOptions): ForestFit {
  const maxFeatures = Math.max(1, Math.round(columns.length * featuresShare));
  const forests = Array.from({ length: treesCount }, (_, tree) => {
    const sample = drawRows(rows, seed, streamOfSamples + tree);
    const forest = new RandomForestClassifier({
      nEstimators: 1,
      seed: hash32(seed, tree, streamOfTrees) | 0,
      maxFeatures,
      replacement: false,
      useSampleBagging: true,
      noOOB: true,
      treeOptions: { maxDepth: depthMax, minNumSamples: rowsOfLeafMax, gainThreshold: 0 },
    });
    forest.train(
      sample.map((row) => columns.map((column) => Math.fround(column[row]))),
      sample.map((row) => labels[row]),
    );
    return forest;
  });
  return { trees: forests.map(readTree), forests };
}

/** Some of the rows, none twice. */
function drawRows(rows: Uint32Array, seed: number, stream: number): number[] {
  if (rows.length <= rowsOfTreeMax) return [...rows];
  const drawn = new Set<number>();
  for (let draw = 0; drawn.size < rowsOfTreeMax; draw++) drawn.add(rows[hash32(seed, draw, stream) % rows.length]);
  return [...drawn];
}

/** A node as the library writes it to JSON. A leaf has the share of each class, up to the greatest that it holds. */
interface LibraryNode {
  readonly distribution?: readonly (readonly number[])[];
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: LibraryNode;
  readonly right?: LibraryNode;
}

function readTree(forest: RandomForestClassifier): DecisionTree {
  const { baseModel } = forest.toJSON();
  const { root }: { root: LibraryNode } = JSON.parse(JSON.stringify(baseModel.estimators[0]));
  return readNode(root, baseModel.indexes[0]);
}

function readNode(node: LibraryNode, features: readonly number[]): DecisionTree {
  const { left, right, splitColumn, splitValue, distribution } = node;
  // A leaf may keep the split that it tried in vain.
  if (left === undefined || right === undefined || splitColumn === undefined || splitValue === undefined) {
    assert(distribution !== undefined, 'a leaf has the shares of its classes');
    return { kind: 'leaf', probability: distribution[0][1] ?? 0 };
  }
  return {
    kind: 'branch',
    feature: features[splitColumn],
    below: splitValue,
    less: readNode(left, features),
    rest: readNode(right, features),
  };
}

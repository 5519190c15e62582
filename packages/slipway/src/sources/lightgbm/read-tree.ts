import type { BoostedBranch, BoostedLeaf, BoostedNode, BranchTest } from '../import/boosted-model.ts';
import { compactTree } from '../import/compact-tree.ts';
import { corrupt, unsupported } from '../import/document.ts';
import { type NodeCount, readingLimits } from '../import/reading-limits.ts';
import type { TextBlock } from './read-text.ts';

/** Bits of `decision_type`. */
const categorical = 1;
const defaultLeft = 2;

/** What counts as missing at a node: bits 2 and 3 of `decision_type`. */
export const missingTypes = { none: 0, zero: 1, nan: 2 } as const;

export interface LightgbmTree {
  readonly nodes: readonly BoostedNode[];
  /** What each feature that the tree compares takes for missing, as often as it does. */
  readonly missing: readonly { readonly feature: number; readonly type: number }[];
}

/**
 * One tree of the file. A row goes left where its value is at most the threshold, or is one of the node's categories.
 * Without a missing type NaN is taken for 0; a missing category goes right.
 */
export function readTree(tree: TextBlock, featureCount: number, all: NodeCount): LightgbmTree {
  const leaves = tree.integer('num_leaves');
  if (!(leaves >= 1 && leaves <= readingLimits.leavesOfTreeMax))
    throw corrupt(tree.name, `The tree has ${leaves} leaves.`);
  if (tree.find('is_linear') === '1') {
    throw unsupported(
      tree.name,
      'The leaves of the tree are linear models (linear_tree=true).',
      'Train with linear_tree=false, the default.',
    );
  }
  const values = tree.numbers('leaf_value', leaves);
  if (leaves === 1) return { nodes: [leafOf(values, 0)], missing: [] };
  const lists = readLists(tree, leaves - 1);
  const sets = lists.type.some((type) => (type & categorical) !== 0) ? readSets(tree) : [];
  const missing: { feature: number; type: number }[] = [];
  // Branches have the numbers from 0 up, leaf 0 is -1, leaf 1 is -2, and so on.
  const read = (id: number): BoostedBranch | BoostedLeaf => {
    if (id < 0) return leafOf(values, -1 - id);
    const feature = lists.feature[id] as number;
    const type = lists.type[id] as number;
    const where = `${tree.name}, node ${id}`;
    const sides = { yes: lists.left[id] as number, no: lists.right[id] as number };
    for (const side of Object.values(sides)) {
      if (side >= leaves - 1 || side < -leaves) throw corrupt(where, `There is no node ${side} in the tree.`);
    }
    if (!(feature >= 0 && feature < featureCount)) {
      throw corrupt(where, `The node looks at feature ${feature}; the model has ${featureCount}.`);
    }
    const threshold = lists.threshold[id] as number;
    if ((type & categorical) !== 0) {
      const set = sets[threshold];
      // Each has a node of its own, so that all sets together are no larger than the file.
      if (set === undefined) throw corrupt(where, `There is no set of categories ${threshold}, or it is used twice.`);
      sets[threshold] = undefined;
      return { kind: 'branch', feature, test: { op: 'member', members: set }, ...sides, missingYes: false };
    }
    const missingType = (type >> 2) & 3;
    missing.push({ feature, type: missingType });
    const test: BranchTest = { op: 'at_most', threshold: withZeros(threshold) };
    const missingYes = missingType === missingTypes.none ? threshold >= 0 : (type & defaultLeft) !== 0;
    return { kind: 'branch', feature, test, ...sides, missingYes };
  };
  return { nodes: compactTree(2 * leaves - 1, read, tree.name, all), missing };
}

/** What the library takes for zero before it compares: any value this near to it, 1e-35 as a float32. */
export const zeroLimit = Math.fround(1e-35);

/** The threshold that sends values that the library takes for zero where it sends zero. */
function withZeros(threshold: number): number {
  if (threshold >= zeroLimit || threshold < -zeroLimit) return threshold;
  return threshold >= 0 ? zeroLimit : belowZeroLimit;
}

/** The float64 next below `-zeroLimit`: one more in the bits of a negative number. */
const belowZeroLimit = (() => {
  const number = Float64Array.of(-zeroLimit);
  new BigUint64Array(number.buffer)[0] += 1n;
  return number[0] as number;
})();

function leafOf(values: Float64Array, at: number): BoostedLeaf {
  return { kind: 'leaf', value: values[at] as number };
}

function readLists(tree: TextBlock, branches: number) {
  const type = tree.integers('decision_type', branches);
  const odd = type.find((bits) => bits < 0 || bits > 15 || bits >> 2 === 3);
  if (odd !== undefined) throw corrupt(tree.name, `The decision type ${odd} is not known.`);
  return {
    type,
    feature: tree.integers('split_feature', branches),
    threshold: tree.anyNumbers('threshold', branches),
    left: tree.integers('left_child', branches),
    right: tree.integers('right_child', branches),
  };
}

/** Sets of categories as runs of 32-bit words, of which bit b of word w says that category 32 w + b is in it. */
function readSets(tree: TextBlock): (number[] | undefined)[] {
  const count = tree.integer('num_cat');
  if (!(count >= 0 && count <= readingLimits.leavesOfTreeMax))
    throw corrupt(tree.name, `There are ${count} sets of categories.`);
  const bounds = tree.integers('cat_boundaries', count + 1);
  const words = tree.integers('cat_threshold', bounds[count] as number);
  return Array.from({ length: count }, (_, set) => {
    const [start, end] = [bounds[set] as number, bounds[set + 1] as number];
    if (!(start >= 0 && start <= end && end <= words.length)) {
      throw corrupt(tree.name, `cat_boundaries has no set from ${start} to ${end}.`);
    }
    const members: number[] = [];
    for (let word = start; word < end; word++) {
      for (let bit = 0; bit < 32; bit++)
        if (((words[word] as number) >>> bit) & 1) members.push((word - start) * 32 + bit);
    }
    // No value is a member of an empty set: half a category is none.
    return members.length > 0 ? members : [-0.5];
  });
}

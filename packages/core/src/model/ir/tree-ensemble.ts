import type { FloatArray } from './sum-steps.ts';

/** float64 trees compare and sum in float64, float32 trees in float32; never mixed, as ONNX Runtime has it. */
export type TreePrecision = 'float32' | 'float64';

export type { FloatArray };

/**
 * Trees in one canonical form, whatever their branch modes were. A node asks `x <= threshold`, `x == threshold` or
 * whether a set has x, and goes to `yes` or `no`; for a missing value (NaN) the answer is `missing`. A child at 0 or
 * above is a node, below 0 it is the leaf `~child`. Children may be shared; there are no cycles.
 */
export interface TreeEnsemble {
  readonly precision: TreePrecision;
  readonly nodes: TreeNodes;
  /** What questions of membership name by number; each set once. */
  readonly sets: readonly CategorySet[];
  /** One root a tree, in the order of summing; coded as a child. */
  readonly roots: Int32Array;
  /** `targets` weights a leaf, in the ensemble's precision; a leaf that doesn't vote for a target has +0 there. */
  readonly leaves: FloatArray;
  readonly targets: number;
  readonly aggregate: 'sum' | 'min' | 'max';
}

export interface TreeNodes {
  readonly count: number;
  /** Index into the step's inputs. */
  readonly feature: Int32Array;
  readonly threshold: FloatArray;
  /** 1 where the question is `x == threshold`. */
  readonly equal: Uint8Array;
  /** The number of the set that is asked for x; -1 where the question is about the threshold. */
  readonly set: Int32Array;
  /** The answer for a missing value: 1 is yes. Always 0 where `equal` is 1. */
  readonly missing: Uint8Array;
  readonly yes: Int32Array;
  readonly no: Int32Array;
}

/** Categories as numbers. Where `cut` is true a value is cut to an integer before it is looked for. */
export interface CategorySet {
  readonly members: readonly number[];
  readonly cut: boolean;
}

export function emptyTreeNodes(count: number, precision: TreePrecision): TreeNodes {
  return {
    count,
    feature: new Int32Array(count),
    threshold: floatsOf(precision, count),
    equal: new Uint8Array(count),
    set: new Int32Array(count).fill(-1),
    missing: new Uint8Array(count),
    yes: new Int32Array(count),
    no: new Int32Array(count),
  };
}

/** An array that holds the numbers of a precision: zeros, or those that are given. */
export function floatsOf(precision: TreePrecision, values: number | ArrayLike<number>): FloatArray {
  const length = typeof values === 'number' ? values : values.length;
  const floats = precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
  if (typeof values !== 'number') floats.set(values);
  return floats;
}

/** The longest way from each root to a leaf, in nodes. Throws nothing: an ensemble has no cycles by construction. */
export function treeDepths(ensemble: TreeEnsemble): Int32Array {
  const { nodes, roots } = ensemble;
  const height = new Int32Array(nodes.count).fill(-1);
  return Int32Array.from(roots, (root) => heightOf(nodes, height, root));
}

function heightOf(nodes: TreeNodes, height: Int32Array, root: number): number {
  if (root < 0) return 0;
  // An own stack: a degenerate tree may be deeper than the language's.
  const stack = [root];
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const yes = nodes.yes[node];
    const no = nodes.no[node];
    if (yes >= 0 && height[yes] < 0) stack.push(yes);
    else if (no >= 0 && height[no] < 0) stack.push(no);
    else {
      height[node] = 1 + Math.max(yes < 0 ? 0 : height[yes], no < 0 ? 0 : height[no]);
      stack.pop();
    }
  }
  return height[root];
}

/**
 * Trees in one canonical form, whatever their branch modes were. A node asks `x <= threshold` (or `x == threshold`)
 * and goes to `yes` or `no`; for a missing value (NaN) the answer is `missing`. A child at 0 or above is a node, below
 * 0 it is the leaf `~child`. Children may be shared; there are no cycles.
 */
export interface TreeEnsemble {
  readonly nodes: TreeNodes;
  /** One root a tree, in the order of summing; coded as a child. */
  readonly roots: Int32Array;
  /** `targets` weights a leaf; a leaf that doesn't vote for a target has +0 there. */
  readonly leaves: Float32Array;
  readonly targets: number;
  readonly aggregate: 'sum' | 'min' | 'max';
}

export interface TreeNodes {
  readonly count: number;
  /** Index into the step's inputs. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** 1 where the question is `x == threshold`. */
  readonly equal: Uint8Array;
  /** The answer for a missing value: 1 is yes. Always 0 where `equal` is 1. */
  readonly missing: Uint8Array;
  readonly yes: Int32Array;
  readonly no: Int32Array;
}

export function emptyTreeNodes(count: number): TreeNodes {
  return {
    count,
    feature: new Int32Array(count),
    threshold: new Float32Array(count),
    equal: new Uint8Array(count),
    missing: new Uint8Array(count),
    yes: new Int32Array(count),
    no: new Int32Array(count),
  };
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

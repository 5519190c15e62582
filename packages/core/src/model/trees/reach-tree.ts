import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

/**
 * A tree as a list of nodes, each after its parent. The rows that reach node k are known as word `slots[k]`; the rows
 * that go on to its no-child become word 2 k + 1, to its yes-child word 2 k + 2. Word 0 is all rows.
 */
export interface ReachTree {
  readonly nodes: readonly number[];
  readonly slots: readonly number[];
  /** The ensemble's leaves, and the word that holds who reaches each. A leaf that several ways lead to stands there for each. */
  readonly leaves: readonly number[];
  readonly leafSlots: readonly number[];
}

/** Null for a tree that has more leaves, one by one, than `leavesMax`. */
export function reachTree({ nodes }: TreeEnsemble, root: number, leavesMax: number): ReachTree | null {
  const tree = { nodes: [] as number[], slots: [] as number[], leaves: [] as number[], leafSlots: [] as number[] };
  const open = [root];
  const openSlots = [0];
  for (let next = 0; next < open.length; next++) {
    const at = open[next];
    const slot = openSlots[next];
    if (at < 0) {
      tree.leaves.push(~at);
      tree.leafSlots.push(slot);
      continue;
    }
    // A binary tree has one leaf more than it has nodes.
    if (tree.nodes.length + 1 >= leavesMax) return null;
    const place = tree.nodes.push(at) - 1;
    tree.slots.push(slot);
    open.push(nodes.no[at], nodes.yes[at]);
    openSlots.push(2 * place + 1, 2 * place + 2);
  }
  return tree;
}

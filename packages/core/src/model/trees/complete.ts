import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

/**
 * The top `depth` levels of a tree as a heap: entry 1 is the root, entries 2 i and 2 i + 1 are the no and the yes child
 * of entry i. Entries from 2^depth on are what hangs below: leaves, or nodes of a deeper tree. A leaf that stands higher
 * fills all below it. Coded as children.
 */
export function completeTree({ nodes }: TreeEnsemble, root: number, depth: number): Int32Array {
  const { yes, no } = nodes;
  const size = 1 << depth;
  const entries = new Int32Array(2 * size);
  entries[1] = root;
  for (let at = 1; at < size; at++) {
    const entry = entries[at];
    entries[2 * at] = entry < 0 ? entry : no[entry];
    entries[2 * at + 1] = entry < 0 ? entry : yes[entry];
  }
  return entries;
}

/** Where a child hangs: on the yes or no side of a node, or (-1) at the root. */
export interface ChildPlace {
  readonly parent: number;
  readonly yes: boolean;
}

/** Where the child at an entry hangs in the tree itself, however far a leaf was filled down. */
export function placeOfEntry(entries: Int32Array, at: number): ChildPlace {
  let top = at;
  while (top > 1 && entries[top >> 1] < 0) top >>= 1;
  return top === 1 ? { parent: -1, yes: false } : { parent: entries[top >> 1], yes: (top & 1) === 1 };
}

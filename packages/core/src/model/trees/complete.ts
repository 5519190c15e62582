import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

/** Calls `node(position, node)` and `leaf(position, leaf)` for a tree padded to a complete one of `depth`. */
export interface CompleteVisitor {
  /** Heap position from 1; -1 for a padding node, whose two sides are the same leaf. */
  node(position: number, node: number): void;
  /** Leaf position from 0, left (no) to right (yes). */
  leaf(position: number, leaf: number): void;
}

/** Walks `root` as if it were complete: bit 1 of a step is yes. A leaf that stands higher fills all below it. */
export function visitComplete(ensemble: TreeEnsemble, root: number, depth: number, visitor: CompleteVisitor): void {
  const { yes, no } = ensemble.nodes;
  let level = [root];
  for (let at = 0; at < depth; at++) {
    const next: number[] = [];
    level.forEach((child, index) => {
      visitor.node((1 << at) + index, child < 0 ? -1 : child);
      next.push(child < 0 ? child : no[child], child < 0 ? child : yes[child]);
    });
    level = next;
  }
  level.forEach((child, index) => {
    visitor.leaf(index, ~child);
  });
}

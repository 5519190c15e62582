import type { TreeEnsemble } from '../ir/tree-ensemble.ts';

/** What a tree that is padded to a complete one looks like, or its top when it is deeper. */
export interface CompleteVisitor {
  /** Heap position from 1; -1 for a padding node, whose two sides are the same leaf. */
  node(position: number, node: number): void;
  /** What hangs below, from left (no) to right (yes): a leaf, or in the top of a deeper tree a node. */
  child(position: number, child: number, place: ChildPlace): void;
}

/** Where a child hangs: on the yes or no side of a node, or (-1) at the root. */
export interface ChildPlace {
  readonly parent: number;
  readonly yes: boolean;
}

/** Walks `depth` levels from `root` as if they were complete. A leaf that stands higher fills all below it. */
export function visitComplete(ensemble: TreeEnsemble, root: number, depth: number, visitor: CompleteVisitor): void {
  const { yes, no } = ensemble.nodes;
  let level = [{ child: root, place: { parent: -1, yes: false } }];
  for (let at = 0; at < depth; at++) {
    level = level.flatMap((entry, index) => {
      const { child } = entry;
      visitor.node((1 << at) + index, child < 0 ? -1 : child);
      if (child < 0) return [entry, entry];
      return [
        { child: no[child], place: { parent: child, yes: false } },
        { child: yes[child], place: { parent: child, yes: true } },
      ];
    });
  }
  level.forEach(({ child, place }, index) => {
    visitor.child(index, child, place);
  });
}

import type { BoostedBranch, BoostedLeaf, BoostedNode } from './boosted-model.ts';
import { corrupt } from './document.ts';
import type { NodeCount } from './reading-limits.ts';

/** A node as a file describes it, its children by their numbers there. */
export type ReadNode = (id: number) => BoostedBranch | BoostedLeaf;

/**
 * The nodes that hang on node 0, `count` at most, numbered from 0 in the order in which they are met. A node that is met twice would
 * be a loop or have two parents: no tree. Raises MODEL_FILE_CORRUPT, and what `read` raises.
 */
export function compactTree(count: number, read: ReadNode, where: string, all: NodeCount): BoostedNode[] {
  const places = new Map<number, number>();
  const nodes: BoostedNode[] = [];
  const open: number[] = [];
  const place = (id: number): number => {
    if (places.has(id)) throw corrupt(where, `Node ${id} hangs on the tree twice.`);
    if (places.size >= count) throw corrupt(where, `The tree has more than its ${count} nodes.`);
    all.add(where);
    places.set(id, places.size);
    open.push(id);
    return places.size - 1;
  };
  place(0);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = read(next);
    const at = places.get(next) ?? 0;
    nodes[at] = node.kind === 'leaf' ? node : { ...node, yes: place(node.yes), no: place(node.no) };
  }
  return nodes;
}

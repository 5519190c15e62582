import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';
import type { NodeEntries } from './tree-entries.ts';

/**
 * The trees of an operator whose nodes have numbers of their own. A tree is a run of entries with one tree id, and its
 * root is the first of them.
 */
export class TreeRuns {
  /** Where each tree starts; behind them, the number of entries. */
  readonly starts: Int32Array;
  private readonly runOfTree = new Map<number, number>();
  /** The entry of each node by its id; null for a tree whose nodes are numbered as they stand. */
  private readonly byId: (ReadonlyMap<number, number> | null)[] = [];

  constructor(node: OnnxNode, entries: NodeEntries) {
    const { trees } = entries;
    const starts: number[] = [];
    trees.forEach((tree, at) => {
      if (at > 0 && tree === trees[at - 1]) return;
      // ONNX Runtime has a root in each node of tree -1, and holds numbers of trees in 32 bits.
      if (tree < 0 || tree > 0x7fffffff) throw refuse(node, `a tree has the number ${tree}`);
      if (this.runOfTree.has(tree)) throw refuse(node, `the nodes of tree ${tree} do not stand together`);
      this.runOfTree.set(tree, starts.push(at) - 1);
    });
    this.starts = Int32Array.from([...starts, trees.length]);
    starts.forEach((start, run) => {
      this.byId.push(indexOf(node, entries, start, this.starts[run + 1]));
    });
  }

  /** The entry of a node of the tree at place `run`; -1 for what isn't there. */
  entryOf(run: number, id: number): number {
    const byId = this.byId[run];
    if (byId !== null) return byId.get(id) ?? -1;
    return id >= 0 && id < this.starts[run + 1] - this.starts[run] ? this.starts[run] + id : -1;
  }

  /** The entry of node `id` of tree `tree`; -1 for what isn't there. */
  find(tree: number, id: number): number {
    const run = this.runOfTree.get(tree);
    return run === undefined ? -1 : this.entryOf(run, id);
  }
}

function indexOf(node: OnnxNode, { trees, ids }: NodeEntries, start: number, end: number): Map<number, number> | null {
  let inOrder = true;
  for (let at = start; at < end; at++) if (ids[at] !== at - start) inOrder = false;
  if (inOrder) return null;
  const index = new Map<number, number>();
  for (let at = start; at < end; at++) {
    if (index.has(ids[at])) throw corrupt(node, `tree ${trees[at]} has two nodes ${ids[at]}`);
    index.set(ids[at], at);
  }
  return index;
}

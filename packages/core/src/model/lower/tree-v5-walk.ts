import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';
import type { TreeEnsembleEntries } from './tree-v5-attributes.ts';

/** The nodes and leaves of all trees, tree after tree, in the order of a walk. Numbers are places in these lists. */
export interface TreeWalk {
  /** Which node of the operator stands at each place. */
  readonly nodes: readonly number[];
  /** Which leaf of the operator stands at each place. */
  readonly leaves: readonly number[];
  /** Where each node leads: the place of a node, or `~` that of a leaf. */
  readonly whenTrue: Int32Array;
  readonly whenFalse: Int32Array;
  readonly roots: Int32Array;
  /** Where each tree starts; behind them, the counts. */
  readonly nodeStart: Int32Array;
  readonly leafStart: Int32Array;
}

/** Trees may share nodes, but not so often that what is walked is many times what is stored. */
const walkedMax = (stored: number) => 4 * stored + 4096;

/** Walks every tree with an own stack, since a hostile tree may be deep. */
export function walkTrees(node: OnnxNode, entries: TreeEnsembleEntries): TreeWalk {
  return new Walker(node, entries).walk();
}

class Walker {
  private readonly node: OnnxNode;
  private readonly entries: TreeEnsembleEntries;
  private readonly nodes: number[] = [];
  private readonly leaves: number[] = [];
  private readonly whenTrue: number[] = [];
  private readonly whenFalse: number[] = [];
  /** The tree that reached each node last. */
  private readonly seen: Int32Array;
  /** Places of nodes whose false child is still to be walked. */
  private readonly open: number[] = [];

  constructor(node: OnnxNode, entries: TreeEnsembleEntries) {
    this.node = node;
    this.entries = entries;
    this.seen = new Int32Array(entries.modes.length).fill(-1);
  }

  walk(): TreeWalk {
    const { roots } = this.entries;
    const nodeStart = new Int32Array(roots.length + 1);
    const leafStart = new Int32Array(roots.length + 1);
    const starts = Int32Array.from(roots, (root, tree) => {
      nodeStart[tree] = this.nodes.length;
      leafStart[tree] = this.leaves.length;
      return this.isLeaf(root) ? this.visit(tree, this.entries.whenTrue[root], true) : this.grow(tree, root);
    });
    nodeStart[roots.length] = this.nodes.length;
    leafStart[roots.length] = this.leaves.length;
    const { nodes, leaves } = this;
    const [whenTrue, whenFalse] = [Int32Array.from(this.whenTrue), Int32Array.from(this.whenFalse)];
    return { nodes, leaves, whenTrue, whenFalse, roots: starts, nodeStart, leafStart };
  }

  /** A tree of one leaf is a root both of whose children are that leaf; its question means nothing. */
  private isLeaf(root: number): boolean {
    const { modes, whenTrue, whenFalse, trueLeafs, falseLeafs } = this.entries;
    if (root < 0 || root >= modes.length) return false;
    return whenTrue[root] === whenFalse[root] && trueLeafs[root] !== 0 && falseLeafs[root] !== 0;
  }

  private grow(tree: number, root: number): number {
    const { entries, open } = this;
    const first = this.visit(tree, root, false);
    open.push(first);
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const at = this.nodes[place];
      // The true side is walked first, as deep as it goes; the false sides wait.
      if (this.whenTrue[place] === unset) {
        open.push(place);
        this.whenTrue[place] = this.visit(tree, entries.whenTrue[at], entries.trueLeafs[at] !== 0);
        if (this.whenTrue[place] >= 0) open.push(this.whenTrue[place]);
        continue;
      }
      this.whenFalse[place] = this.visit(tree, entries.whenFalse[at], entries.falseLeafs[at] !== 0);
      if (this.whenFalse[place] >= 0) open.push(this.whenFalse[place]);
    }
    return first;
  }

  /** Gives a node or leaf its place. */
  private visit(tree: number, at: number, leaf: boolean): number {
    const { entries, node } = this;
    if (leaf) {
      if (at >= 0 && at < entries.leafTargets.length) return ~(this.leaves.push(at) - 1);
      throw corrupt(node, `a node leads to leaf ${at} of ${entries.leafTargets.length}`);
    }
    if (at < 0 || at >= entries.modes.length)
      throw corrupt(node, `a tree leads to node ${at} of ${entries.modes.length}`);
    if (this.seen[at] === tree) throw this.sharedOrCyclic(tree, at);
    if (this.nodes.length > walkedMax(entries.modes.length))
      throw refuse(node, `its trees share nodes: they are more than ${walkedMax(entries.modes.length)} one by one`);
    this.seen[at] = tree;
    this.whenTrue.push(unset);
    this.whenFalse.push(unset);
    return this.nodes.push(at) - 1;
  }

  /** ONNX Runtime runs no tree that has a node twice. One that has it on the way to itself is no tree at all. */
  private sharedOrCyclic(tree: number, at: number): Error {
    const { entries } = this;
    const done = new Set<number>();
    const stack = [at];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      for (const [child, leaf] of [
        [entries.whenTrue[next], entries.trueLeafs[next]],
        [entries.whenFalse[next], entries.falseLeafs[next]],
      ]) {
        if (leaf !== 0 || done.has(child) || child < 0 || child >= entries.modes.length) continue;
        if (child === at) return corrupt(this.node, 'a tree leads back into itself');
        done.add(child);
        stack.push(child);
      }
    }
    return refuse(this.node, `tree ${tree} leads to node ${at} in two ways, which ONNX Runtime does not run`);
  }
}

/** A child that is not walked yet; no place is as low. */
const unset = -(2 ** 31);

import type { Conditions } from './conditions.ts';
import type { Table } from './emitted-trees.ts';
import type { ReachTree } from './reach-tree.ts';
import type { TreeParts } from './tree-parts.ts';

/** Trees that a row walks at once. */
export const placesTogether = 8;

/** Bits of a number that holds the place of a question and, in the low ones, which rank it is compared with. */
export function rankBits(parts: TreeParts, { inputs }: Conditions): number {
  return 32 - Math.clz32(2 * inputs.length + (parts.categories?.tables.length ?? 0));
}

/**
 * What a row needs beside the tables of slices to walk trees of `reach`: `S` the place of a node's question with the
 * number of the rank that it is compared with, `H` the two children of each entry (entries of a tree are counted from its root; a leaf is its own child), `J`
 * where each tree's root stands, and `F` what leads from a leaf's entry to its weight.
 */
export class PlacesLayout {
  private readonly parts: TreeParts;
  private readonly ofNode: Int32Array;
  private readonly bits: number;
  private readonly questions: Int32Array;
  private readonly children: Uint8Array | Uint16Array;
  private readonly roots: number[] = [];
  private readonly toWeights: number[] = [];
  private readonly rankOfInput: Map<number, number>;

  constructor(parts: TreeParts, conditions: Conditions, total: number, small: boolean) {
    const { inputs, ofNode } = conditions;
    this.parts = parts;
    this.ofNode = ofNode;
    this.bits = rankBits(parts, conditions);
    this.rankOfInput = new Map(inputs.map(({ input }, index) => [input, 2 * index]));
    this.questions = new Int32Array(total);
    this.children = small ? new Uint8Array(2 * total) : new Uint16Array(2 * total);
  }

  /** A tree whose nodes stand from entry `root` on, its leaves behind them, and their weights from `weights` on. */
  add(tree: ReachTree, root: number, weights: number): void {
    const { length: nodes } = tree.nodes;
    this.roots.push(root);
    this.toWeights.push(weights - nodes - root);
    tree.nodes.forEach((node, index) => {
      this.questions[root + index] = (this.ofNode[node] << this.bits) | this.rankOf(node);
      if (index > 0) this.hang(tree.slots[index], root, index);
    });
    tree.leaves.forEach((_, index) => {
      const own = nodes + index;
      if (own > 0) this.hang(tree.leafSlots[index], root, own);
      this.children[2 * (root + own)] = own;
      this.children[2 * (root + own) + 1] = own;
    });
  }

  /** Fills the last group of walkers up with the leaf at `entry`. */
  end(entry: number, weight: number): void {
    while (this.roots.length % placesTogether !== 0) {
      this.roots.push(entry);
      this.toWeights.push(weight - entry);
    }
  }

  tables(name: string, count: number): Record<string, Table> {
    return {
      [`${name}S`]: this.questions.slice(0, count),
      [`${name}H`]: this.children.slice(0, 2 * count),
      [`${name}J`]: Int32Array.from(this.roots),
      [`${name}F`]: Int32Array.from(this.toWeights),
    };
  }

  /** Words 2 k + 1 and 2 k + 2 are the children of node k. */
  private hang(word: number, root: number, own: number): void {
    this.children[2 * root + word - 1] = own;
  }

  private rankOf(node: number): number {
    const { nodes } = this.parts.ensemble;
    const table = this.parts.categories?.tableOf[node] ?? -1;
    if (table >= 0) return 2 * this.rankOfInput.size + table;
    return (this.rankOfInput.get(nodes.feature[node]) ?? 0) + nodes.missing[node];
  }
}

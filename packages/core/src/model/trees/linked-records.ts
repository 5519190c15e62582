import { floatsOf, type TreeEnsemble } from '../ir/tree-ensemble.ts';
import type { RecordLayout } from './record-layout.ts';
import type { TreeParts } from './tree-parts.ts';

/** The records of all nodes and leaves, and where they start, in words. */
export interface LinkedRecords {
  readonly words: Int32Array;
  /** The record of each tree's root; behind them, records that change no sum, up to a multiple of `together`. */
  readonly roots: Int32Array;
  /** The record of each node's no-child; that of its yes-child follows. */
  readonly pairs: Int32Array;
}

export function layOutRecords(parts: TreeParts, layout: RecordLayout, together: number): LinkedRecords {
  const { ensemble } = parts;
  const { shift } = layout;
  const order = reachable(ensemble);
  const pairs = new Int32Array(ensemble.nodes.count);
  const padding = ensemble.roots.length;
  order.forEach((node, index) => {
    pairs[node] = (padding + 1 + 2 * index) << shift;
  });
  const writer = new RecordWriter(parts, layout, pairs, (padding + 1 + 2 * order.length) << shift);
  ensemble.roots.forEach((root, tree) => {
    writer.write(tree << shift, root);
  });
  writer.write(padding << shift, ~(ensemble.leaves.length / ensemble.targets));
  for (const node of order) {
    writer.write(pairs[node], ensemble.nodes.no[node]);
    writer.write(pairs[node] + (1 << shift), ensemble.nodes.yes[node]);
  }
  // Roots come first; the last group of walkers is filled up with a leaf that changes nothing.
  const groups = Math.ceil(padding / together) * together;
  const roots = Int32Array.from({ length: groups }, (_, tree) => Math.min(tree, padding) << shift);
  return { words: writer.words, roots, pairs };
}

class RecordWriter {
  readonly words: Int32Array;
  private readonly floats: Float32Array | Float64Array;
  private readonly parts: TreeParts;
  private readonly layout: RecordLayout;
  private readonly pairs: Int32Array;

  constructor(parts: TreeParts, layout: RecordLayout, pairs: Int32Array, length: number) {
    this.parts = parts;
    this.layout = layout;
    this.pairs = pairs;
    this.floats = floatsOf(parts.ensemble.precision, length >> layout.floatShift);
    this.words = new Int32Array(this.floats.buffer as ArrayBuffer);
  }

  write(at: number, child: number): void {
    if (child < 0) this.writeLeaf(at, ~child);
    else this.writeNode(at, child);
  }

  private writeLeaf(at: number, leaf: number): void {
    const { wordAt, floatAt, floatShift } = this.layout;
    const { ensemble, weights } = this.parts;
    const start = at >> floatShift;
    this.words[at + wordAt.child] = at;
    this.floats[start + floatAt.threshold] = Number.NaN;
    if (ensemble.targets === 1) this.floats[start + floatAt.weight] = weights[leaf];
    else this.words[at + wordAt.offset] = leaf * ensemble.targets;
  }

  private writeNode(at: number, node: number): void {
    const { wordAt, floatAt, floatShift, shift } = this.layout;
    const { ensemble, slots, categories } = this.parts;
    const { nodes } = ensemble;
    const start = at >> floatShift;
    this.words[at + wordAt.slot] = slots.ofNode[node];
    this.words[at + wordAt.child] = this.pairs[node];
    this.floats[start + floatAt.threshold] = nodes.set[node] >= 0 ? Number.POSITIVE_INFINITY : nodes.threshold[node];
    // Records without room for a lower bound belong to ensembles that read none.
    if (floatAt.lower < 1 << (shift - floatShift))
      this.floats[start + floatAt.lower] = nodes.equal[node] === 1 ? nodes.threshold[node] : Number.NEGATIVE_INFINITY;
    if (categories !== null) this.words[at + wordAt.bit] = categories.bitOf[node];
  }
}

/** Nodes by breadth, tree after tree: parents before their children, each once. */
function reachable(ensemble: TreeEnsemble): Int32Array {
  const { yes, no, count } = ensemble.nodes;
  const seen = new Uint8Array(count);
  const order = new Int32Array(count);
  let length = 0;
  const visit = (child: number) => {
    if (child < 0 || seen[child] === 1) return;
    seen[child] = 1;
    order[length++] = child;
  };
  let next = 0;
  for (const root of ensemble.roots) {
    visit(root);
    for (; next < length; next++) {
      visit(no[order[next]]);
      visit(yes[order[next]]);
    }
  }
  return order.subarray(0, length);
}

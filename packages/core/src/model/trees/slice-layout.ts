import { type FloatArray, floatsOf } from '../ir/tree-ensemble.ts';
import { completeTree, placeOfEntry } from './complete.ts';
import type { Table } from './emitted-trees.ts';
import { PlacesLayout } from './places-layout.ts';
import { type ReachTree, reachTree } from './reach-tree.ts';
import type { TreeCut } from './slice-depths.ts';
import type { SlicePlan } from './slices.ts';
import type { TreeParts } from './tree-parts.ts';

/**
 * The tables of sliced trees, written tree after tree: `C` questions (as places of their answers), `V` words of a
 * `reach` tree's nodes and leaves beside them, `L` weights of leaves, or `O` where their weights or records stand.
 */
export class SliceLayout {
  questionCount = 0;
  leafCount = 0;
  private readonly parts: TreeParts;
  private readonly plan: SlicePlan;
  private readonly questions: Uint16Array | Int32Array;
  private readonly slots: Uint8Array | Uint16Array;
  private readonly offsets: Int32Array;
  private readonly weights: FloatArray;
  private readonly places: PlacesLayout | null;
  /** Points to a word that is always 0: the last one that `slots` can name, which no tree has. */
  private readonly nobody: number;

  constructor(parts: TreeParts, plan: SlicePlan, cuts: readonly TreeCut[]) {
    const { ensemble } = parts;
    this.parts = parts;
    this.plan = plan;
    // A tree of `reach` takes at most this much: its nodes, their number, and its leaf numbers. One leaf more ends all.
    const total = 1 + cuts.reduce((sum, { kind, depth }) => sum + (kind === 'reach' ? 2 : 1) * (1 << depth), 0);
    const reach = cuts.filter(({ kind }) => kind === 'reach');
    const small = reach.every(({ depth }) => depth < 7);
    const needsOffsets = ensemble.targets > 1 || cuts.some(({ kind }) => kind === 'top');
    const needsWeights = ensemble.targets === 1 && cuts.some(({ kind }) => kind !== 'top');
    this.questions = plan.conditions.places <= 65536 ? new Uint16Array(total) : new Int32Array(total);
    this.nobody = small ? 255 : 511;
    this.slots = small ? new Uint8Array(reach.length > 0 ? total : 0) : new Uint16Array(total);
    this.offsets = new Int32Array(needsOffsets ? total : 0);
    this.weights = floatsOf(ensemble.precision, needsWeights ? total : 0);
    this.places = plan.forRow ? new PlacesLayout(parts, plan.conditions, total, small) : null;
  }

  add({ kind, depth }: TreeCut, root: number): void {
    if (kind === 'reach') {
      const tree = reachTree(this.parts.ensemble, root, 1 << depth);
      if (tree !== null) this.addReach(tree, 1 << depth);
      return;
    }
    const size = 1 << depth;
    const entries = completeTree(this.parts.ensemble, root, depth);
    for (let at = 1; at < size; at++) this.questions[this.questionCount + at] = this.placeOf(entries[at]);
    for (let at = 0; at < size; at++) {
      if (kind === 'whole') this.addLeaf(~entries[size + at]);
      else this.offsets[this.leafCount++] = this.plan.linked?.placeOf(placeOfEntry(entries, size + at)) ?? 0;
    }
    this.questionCount += size;
  }

  /** Adds a leaf that changes no sum, for rows that walk more trees than there are; then nothing more. */
  end(): void {
    if (this.places === null) return;
    this.places.end(this.questionCount++, this.leafCount);
    this.addLeaf(this.parts.ensemble.leaves.length / this.parts.ensemble.targets);
  }

  /** Only what was written. */
  tables(name: string): Record<string, Table> {
    const { questions, slots, offsets, weights, questionCount, leafCount, places } = this;
    return {
      [`${name}C`]: questions.slice(0, questionCount),
      ...(slots.length === 0 ? {} : { [`${name}V`]: slots.slice(0, questionCount) }),
      ...(offsets.length === 0 ? {} : { [`${name}O`]: offsets.slice(0, leafCount) }),
      ...(weights.length === 0 ? {} : { [`${name}L`]: weights.slice(0, leafCount) }),
      ...places?.tables(name, questionCount),
    };
  }

  private addReach(tree: ReachTree, numbers: number): void {
    const start = this.questionCount;
    const nodes = start + 1;
    const leaves = nodes + tree.nodes.length;
    this.slots[start] = tree.nodes.length;
    tree.nodes.forEach((node, index) => {
      this.questions[nodes + index] = this.placeOf(node);
      this.slots[nodes + index] = tree.slots[index];
    });
    for (let number = 0; number < numbers; number++)
      this.slots[leaves + number] = tree.leafSlots[number] ?? this.nobody;
    this.places?.add(tree, nodes, this.leafCount);
    for (const leaf of tree.leaves) this.addLeaf(leaf);
    this.questionCount = leaves + numbers;
  }

  private addLeaf(leaf: number): void {
    const { ensemble, weights } = this.parts;
    if (this.offsets.length > 0) this.offsets[this.leafCount] = leaf * ensemble.targets;
    if (this.weights.length > 0) this.weights[this.leafCount] = weights[leaf];
    this.leafCount += 1;
  }

  private placeOf(node: number): number {
    return node < 0 ? 0 : this.plan.conditions.ofNode[node];
  }
}

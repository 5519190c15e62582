import { emptyTreeNodes, type FloatArray, floatsOf, type TreeNodes, type TreePrecision } from '../ir/tree-ensemble.ts';
import type { Question } from './tree-questions.ts';

const isEqual = 1;
const isMissing = 2;
const isSwapped = 4;

/**
 * Branches in some order, each with where its answers true and false lead: the number of a branch, or `~leaf`. Kept in
 * arrays of numbers, since a model has hundreds of thousands.
 */
export class BranchList {
  private readonly precision: TreePrecision;
  private readonly features: Int32Array;
  private readonly thresholds: FloatArray;
  private readonly sets: Int32Array;
  private readonly flags: Uint8Array;
  private readonly whenTrue: Int32Array;
  private readonly whenFalse: Int32Array;
  private length = 0;

  constructor(capacity: number, precision: TreePrecision) {
    this.precision = precision;
    this.features = new Int32Array(capacity);
    this.thresholds = floatsOf(precision, capacity);
    this.sets = new Int32Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.whenTrue = new Int32Array(capacity);
    this.whenFalse = new Int32Array(capacity);
  }

  add(question: Question, whenTrue: number, whenFalse: number): void {
    const at = this.length++;
    this.features[at] = question.feature;
    this.thresholds[at] = question.threshold;
    this.sets[at] = question.set;
    this.flags[at] =
      (question.equal ? isEqual : 0) | (question.missing ? isMissing : 0) | (question.swapped ? isSwapped : 0);
    this.whenTrue[at] = whenTrue;
    this.whenFalse[at] = whenFalse;
  }

  /** Branch k becomes node `first[k]`; behind them stands the number of nodes. */
  canonicalNodes(): { readonly nodes: TreeNodes; readonly first: Int32Array } {
    const first = new Int32Array(this.length + 1);
    for (let at = 0; at < this.length; at++) first[at + 1] = first[at] + (this.takesTwo(at) ? 2 : 1);
    const nodes = emptyTreeNodes(first[this.length], this.precision);
    for (let at = 0; at < this.length; at++) this.write(nodes, at, first);
    return { nodes, first };
  }

  /** `x == t` where a missing value says yes is two questions. */
  private takesTwo(at: number): boolean {
    return (this.flags[at] & (isEqual | isMissing)) === (isEqual | isMissing);
  }

  private write(nodes: TreeNodes, branch: number, first: Int32Array): void {
    const flags = this.flags[branch];
    const moved = (child: number) => (child < 0 ? child : first[child]);
    const swapped = (flags & isSwapped) !== 0;
    const yes = moved(swapped ? this.whenFalse[branch] : this.whenTrue[branch]);
    let at = first[branch];
    if (this.takesTwo(branch)) {
      // Only a missing value answers no to `x <= Infinity`; all others go on to the question of equality.
      nodes.feature[at] = this.features[branch];
      nodes.threshold[at] = Number.POSITIVE_INFINITY;
      nodes.yes[at] = at + 1;
      nodes.no[at] = yes;
      at += 1;
    } else nodes.missing[at] = flags & isMissing ? 1 : 0;
    nodes.feature[at] = this.features[branch];
    nodes.threshold[at] = this.thresholds[branch];
    nodes.equal[at] = flags & isEqual;
    nodes.set[at] = this.sets[branch];
    nodes.yes[at] = yes;
    nodes.no[at] = moved(swapped ? this.whenTrue[branch] : this.whenFalse[branch]);
  }
}

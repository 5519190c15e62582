import type { TreePrecision } from '../ir/tree-ensemble.ts';
import { nextDown, nextDownFloat64 } from '../math/index.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';

export type BranchMode = 'BRANCH_LEQ' | 'BRANCH_LT' | 'BRANCH_GTE' | 'BRANCH_GT' | 'BRANCH_EQ' | 'BRANCH_NEQ';

/** A branch as a model states it. */
export interface Branch {
  readonly mode: BranchMode;
  readonly feature: number;
  readonly value: number;
  /** True where a missing value goes the true way. */
  readonly tracksTrue: boolean;
}

/** What a branch asks, in the canonical form of `TreeEnsemble`. */
export interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly equal: boolean;
  /** The number of the set that the question is about; -1 for one about the threshold. */
  readonly set: number;
  /** The answer for a missing value. */
  readonly missing: boolean;
  /** True where yes leads to the branch's false child. */
  readonly swapped: boolean;
}

/** What all branches of one operator are checked against. */
export interface BranchContext {
  readonly node: OnnxNode;
  readonly columns: number;
  readonly precision: TreePrecision;
}

/**
 * The canonical question of a branch. `x < t` is `x <= the number below t` of the trees' precision; GT, GTE and NEQ ask
 * the opposite and swap the children. NaN makes every comparison but NEQ false, unless it tracks true.
 */
export function questionOf(context: BranchContext, branch: Branch, place: () => string): Question {
  const { node, precision } = context;
  const { mode, feature, value, tracksTrue } = branch;
  checkFeature(context, feature, place);
  if (Number.isNaN(value)) throw refuse(node, `${place()} compares with NaN`);
  const strict = mode === 'BRANCH_LT' || mode === 'BRANCH_GTE';
  if (strict && value === Number.NEGATIVE_INFINITY) throw refuse(node, `${place()} compares strictly with -infinity`);
  const threshold = strict ? (precision === 'float64' ? nextDownFloat64(value) : nextDown(value)) : value;
  const about = { feature, threshold, set: -1 };
  switch (mode) {
    case 'BRANCH_LEQ':
    case 'BRANCH_LT':
      return { ...about, equal: false, missing: tracksTrue, swapped: false };
    case 'BRANCH_GT':
    case 'BRANCH_GTE':
      return { ...about, equal: false, missing: !tracksTrue, swapped: true };
    case 'BRANCH_EQ':
      return { ...about, equal: true, missing: tracksTrue, swapped: false };
    case 'BRANCH_NEQ':
      return { ...about, equal: true, missing: false, swapped: true };
  }
}

/** A feature beyond the input can't be read by any engine. */
export function checkFeature({ node, columns }: BranchContext, feature: number, place: () => string): void {
  if (feature < 0 || feature >= columns) throw corrupt(node, `${place()} reads column ${feature} of ${columns}`);
}

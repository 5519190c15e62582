import { nextDown } from '../math/index.ts';
import type { OnnxNode } from '../onnx/types.ts';
import { corrupt, refuse } from './refusal.ts';
import type { NodeEntries } from './tree-entries.ts';

/** What a branch asks, in the canonical form of `TreeEnsemble`. */
export interface Question {
  readonly feature: number;
  readonly threshold: number;
  readonly equal: boolean;
  /** The answer for a missing value. */
  readonly missing: boolean;
  /** True where yes leads to the branch's false child. */
  readonly swapped: boolean;
}

/**
 * The canonical question of entry `at`, or null for a leaf. On float32, `x < t` is `x <= the float32 below t`; GT, GTE
 * and NEQ ask the opposite and swap the children. NaN makes every comparison but NEQ false, unless it tracks true.
 */
export function questionOf(node: OnnxNode, entries: NodeEntries, at: number, columns: number): Question | null {
  const mode = entries.modes[at];
  if (mode === 'LEAF') return null;
  const feature = entries.features[at];
  const value = entries.values[at];
  const place = `node ${entries.ids[at]} of tree ${entries.trees[at]}`;
  if (feature < 0 || feature >= columns) throw corrupt(node, `${place} reads column ${feature} of ${columns}`);
  if (Number.isNaN(value)) throw refuse(node, `${place} compares with NaN`);
  const strict = mode === 'BRANCH_LT' || mode === 'BRANCH_GTE';
  if (strict && value === Number.NEGATIVE_INFINITY) throw refuse(node, `${place} compares strictly with -infinity`);
  const threshold = strict ? nextDown(value) : value;
  const tracksTrue = entries.missingTrue !== null && entries.missingTrue[at] !== 0;
  switch (mode) {
    case 'BRANCH_LEQ':
    case 'BRANCH_LT':
      return { feature, threshold, equal: false, missing: tracksTrue, swapped: false };
    case 'BRANCH_GT':
    case 'BRANCH_GTE':
      return { feature, threshold, equal: false, missing: !tracksTrue, swapped: true };
    case 'BRANCH_EQ':
      return { feature, threshold, equal: true, missing: tracksTrue, swapped: false };
    case 'BRANCH_NEQ':
      return { feature, threshold, equal: true, missing: false, swapped: true };
  }
}

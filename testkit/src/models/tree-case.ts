import type { AttributeValue } from './parts.ts';

/** Columns that trees of a case read. */
export const treeCaseColumns = 5;

/**
 * A small tree model as plain data, so that a property test can make any, take it apart and print it. `ensemble` is
 * TreeEnsemble of ai.onnx.ml 5.
 */
export interface TreeCase {
  readonly operator: 'classifier' | 'regressor' | 'ensemble';
  readonly input: 'float32' | 'float64' | 'int64';
  /** Numbers stand in tensors; only over float64 input, where lists of float32 are the other way. */
  readonly tensors: boolean;
  readonly trees: readonly CaseTree[];
  /** Classes or targets. */
  readonly count: number;
  /** What a leaf votes for: class 0, the last, each, one a tree, or its own choice. */
  readonly votes: 'first' | 'last' | 'each' | 'byTree' | 'byLeaf';
  /** All weights are at least 0. */
  readonly positive: boolean;
  readonly transform: (typeof caseTransforms)[number];
  readonly aggregate: (typeof caseAggregates)[number];
  /** Base values: none, one or one for each class or target. */
  readonly base: readonly number[];
  readonly labels: 'counting' | 'other numbers' | 'texts';
  /** Whether the model says where missing values go. */
  readonly tracks: boolean;
}

export const caseTransforms = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT'] as const;
export const caseAggregates = ['AVERAGE', 'SUM', 'MIN', 'MAX'] as const;
/** In the order of their numbers in TreeEnsemble. The older operators ask for each member in turn. */
export const caseModes = [
  'BRANCH_LEQ',
  'BRANCH_LT',
  'BRANCH_GTE',
  'BRANCH_GT',
  'BRANCH_EQ',
  'BRANCH_NEQ',
  'BRANCH_MEMBER',
] as const;

export interface CaseTree {
  readonly root: CaseNode;
  /** What it votes for where each tree votes for one class; cut to those that there are. */
  readonly target: number;
  /** How far node numbers are turned: no operator promises that the root is number 0. */
  readonly turn: number;
}

export type CaseNode =
  | {
      readonly kind: 'leaf';
      /** Weights of the targets; some may be left out, by a bit for each, where leaves choose. */
      readonly weights: readonly number[];
      readonly chosen: number;
    }
  | CaseBranch;

export interface CaseBranch {
  readonly kind: 'branch';
  readonly asks: CaseQuestion;
  readonly yes: CaseNode;
  /** Null where both answers lead to the same child. */
  readonly no: CaseNode | null;
}

export type CaseQuestion = {
  readonly feature: number;
  /** The answer for a missing value, in a case that tells. */
  readonly missing: boolean;
} & (
  | { readonly mode: Exclude<(typeof caseModes)[number], 'BRANCH_MEMBER'>; readonly threshold: number }
  | { readonly mode: 'BRANCH_MEMBER'; readonly members: readonly number[] }
);

/** Values at which answers change, for each column. */
export function treeCaseThresholds(given: TreeCase): number[][] {
  const found: number[][] = Array.from({ length: treeCaseColumns }, () => []);
  const visit = (at: CaseNode | null): void => {
    if (at === null || at.kind === 'leaf') return;
    found[at.asks.feature]?.push(...(at.asks.mode === 'BRANCH_MEMBER' ? at.asks.members : [at.asks.threshold]));
    visit(at.yes);
    visit(at.no);
  };
  for (const { root } of given.trees) visit(root);
  return found.map((values) => (given.input === 'float64' ? values : values.map(Math.fround)));
}

/** A list of numbers as float32, or as a tensor of float64. */
export function numbersOf(
  { tensors, input }: TreeCase,
  name: string,
  values: readonly number[],
): Record<string, AttributeValue> {
  if (!tensors || input !== 'float64') return { [name]: { floats: values } };
  const data = Float64Array.from(values);
  return { [`${name}_as_tensor`]: { tensor: { name: '', type: 'float64' as const, dims: [data.length], data } } };
}

/** The weight that a leaf gives a target. */
export function weightOf({ positive }: TreeCase, { weights }: { weights: readonly number[] }, target: number): number {
  const weight = weights[target % weights.length] ?? 0;
  return positive ? Math.abs(weight) / 8 : weight;
}

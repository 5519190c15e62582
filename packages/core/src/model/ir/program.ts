import type { TreeEnsemble } from './tree-ensemble.ts';

/**
 * A model between ONNX and code: a straight line of steps over values. A value is `width` numbers a row; a lane is one
 * of them. Steps read lanes, so that concatenating, choosing and renaming columns costs nothing. Every number is a
 * JavaScript number that holds the model's own type exactly (float32 after each rounding step).
 */
export interface Program {
  readonly features: readonly FeatureSlot[];
  /** Width of each value, by its number. */
  readonly widths: readonly number[];
  readonly steps: readonly Step[];
  readonly outputs: readonly ProgramOutput[];
}

/** Where a feature's values stand in a row's `numbers` or `texts`. */
export type FeatureSlot =
  | { readonly kind: 'numbers'; readonly offset: number; readonly width: number }
  | { readonly kind: 'text'; readonly offset: number };

export interface Lane {
  readonly value: number;
  readonly column: number;
}

/** What a caller gets of one lane. `text` looks the lane's index up in `texts`. */
export type ProgramOutput =
  | { readonly form: 'float32' | 'float64' | 'index'; readonly lane: Lane }
  | { readonly form: 'text'; readonly lane: Lane; readonly texts: readonly string[] };

export type Step =
  | LoadStep
  | ConstantStep
  | MapStep
  | ScaleStep
  | ShiftStep
  | DivideStep
  | LinearStep
  | WideLinearStep
  | TreesStep
  | SoftmaxStep
  | NormalizeStep
  | ArgmaxStep
  | AboveStep
  | LookupStep;

/** Reads feature values: rounded to float32, as they are, or cut to an integer. */
export interface LoadStep {
  readonly op: 'load';
  readonly out: number;
  readonly from: readonly { readonly feature: number; readonly offset: number }[];
  readonly as: 'float32' | 'float64' | 'integer';
}

export interface ConstantStep {
  readonly op: 'constant';
  readonly out: number;
  readonly values: readonly number[];
}

/** One function for each lane. `complement` is 1 - x; `logisticOfNegative` is logistic(-x). */
export interface MapStep {
  readonly op: 'map';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly fn: 'round' | 'magnitude' | 'negate' | 'complement' | 'logistic' | 'logisticOfNegative' | 'probit';
}

/** `(x - offset) * factor`; each step rounded to float32, or only the result when `wide`. */
export interface ScaleStep {
  readonly op: 'scale';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly offset: Float32Array;
  readonly factor: Float32Array;
  readonly wide: boolean;
}

/** `fround(x + by)`. */
export interface ShiftStep {
  readonly op: 'shift';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly by: Float32Array;
}

/** `fround(x / by)`. */
export interface DivideStep {
  readonly op: 'divide';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly by: number;
}

/** Rows of weights against the inputs: float32 sums in input order, `fround(a + fround(x * w))`, the bias last. */
export interface LinearStep {
  readonly op: 'linear';
  readonly out: number;
  readonly inputs: readonly Lane[];
  /** Row-major: one row of `inputs.length` weights for each output. */
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
}

/** A linear step with the loading and, where `offset` and `factor` are given, the scaling of its inputs. */
export interface WideLinearStep {
  readonly op: 'wideLinear';
  readonly out: number;
  readonly from: LoadStep['from'];
  readonly offset: Float32Array | null;
  readonly factor: Float32Array | null;
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
}

/** The trees that vote for one set of targets; one output a target. Sums are float32, in tree order, from +0. */
export interface TreesStep {
  readonly op: 'trees';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly ensemble: TreeEnsemble;
}

export interface SoftmaxStep {
  readonly op: 'softmax';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly zero: boolean;
}

export interface NormalizeStep {
  readonly op: 'normalize';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly norm: 'L1' | 'L2' | 'MAX';
}

/** Position of the largest input, the first of equals; only of those whose votes are positive, where votes are given. */
export interface ArgmaxStep {
  readonly op: 'argmax';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly votes: readonly Lane[] | null;
}

/** 1 where the input is greater than `at`, else 0. */
export interface AboveStep {
  readonly op: 'above';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly at: number;
}

/** `table[index]`. */
export interface LookupStep {
  readonly op: 'lookup';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly table: readonly number[];
}

/** Every lane that a step reads. */
export function inputsOf(step: Step): readonly Lane[] {
  if (step.op === 'load' || step.op === 'constant' || step.op === 'wideLinear') return [];
  return step.op === 'argmax' && step.votes !== null ? [...step.inputs, ...step.votes] : step.inputs;
}

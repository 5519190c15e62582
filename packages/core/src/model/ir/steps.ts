import type { Lane } from './program.ts';
import type { CodedLinearStep, DenseStep, DistancesStep, LinearStep } from './sum-steps.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

export type Step =
  | LoadStep
  | ConstantStep
  | MapStep
  | ScaleStep
  | LinearStep
  | DenseStep
  | DistancesStep
  | CodedLinearStep
  | TreesStep
  | SoftmaxStep
  | NormalizeStep
  | ArgmaxStep
  | AboveStep
  | LookupStep
  | CategoryStep
  | PositionStep
  | HotStep
  | ImputeStep
  | GuardStep
  | PairStep
  | SelectStep
  | ReduceStep;

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

/**
 * `round` is to the step's precision, `complement` is 1 - x, `logisticOfNegative` is logistic(-x), `roundEven` takes the
 * even one of two integers that are equally near. `toInt32` and `toInt64` cut floats as x64 does: to the type's least
 * number for NaN and beyond its range. `not` and `truth` ask whether x is 0 and whether it is anything else.
 */
export type MapFunction =
  | 'round'
  | 'magnitude'
  | 'negate'
  | 'complement'
  | 'logistic'
  | 'logisticOfNegative'
  | 'probit'
  | 'floor'
  | 'ceiling'
  | 'roundEven'
  | 'sign'
  | 'squareRoot'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'relu'
  | 'sigmoid'
  | 'tanh'
  | 'softplus'
  | 'softsign'
  | 'erf'
  | 'gelu'
  | 'geluTanh'
  | 'toInt32'
  | 'toInt64'
  | 'not'
  | 'truth'
  | 'isNaN';

/** One function for each lane. */
export interface MapStep {
  readonly op: 'map';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly fn: MapFunction;
  readonly precision: Precision;
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

/** The trees that vote for one set of targets; one output a target. Sums are of the ensemble's precision, in tree order, from +0. */
export interface TreesStep {
  readonly op: 'trees';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly ensemble: TreeEnsemble;
}

/** Softmax over all inputs, its logarithm, or SOFTMAX_ZERO of ai.onnx.ml, which is float32. */
export interface SoftmaxStep {
  readonly op: 'softmax';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly form: 'plain' | 'zero' | 'log';
  readonly precision: 'float32' | 'float64';
}

export interface NormalizeStep {
  readonly op: 'normalize';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly norm: 'L1' | 'L2' | 'MAX';
}

/**
 * Position of the largest input, the first of equals or the `last`; only of those whose votes are positive, where votes
 * are given. A NaN in front stays the largest, others never are.
 */
export interface ArgmaxStep {
  readonly op: 'argmax';
  readonly last?: boolean;
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

/**
 * How a result is rounded: to float32; not at all, since it is computed in float64; not at all, since integers up to
 * 2^53 and truth values are exact; or to the lowest 32 bits, as integers of 32 bits wrap around.
 */
export type Precision = 'float32' | 'float64' | 'integer' | 'int32';

/** Place of a text feature's value in `keys`; `keys.length` for a text that is none of them. */
export interface CategoryStep {
  readonly op: 'category';
  readonly out: number;
  /** Text features, one a lane. */
  readonly from: readonly number[];
  readonly keys: readonly string[];
}

/** Place of a number in `keys`, NaN being equal to NaN; `keys.length` for a number that is none of them. */
export interface PositionStep {
  readonly op: 'position';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly keys: readonly number[];
}

/** 1 where the input is equal to `at`, else 0: the lanes of a one-hot encoding share an input. */
export interface HotStep {
  readonly op: 'hot';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly at: readonly number[];
}

/** `by` where the input is `replaced` (or missing, where that is NaN), else the input. */
export interface ImputeStep {
  readonly op: 'impute';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly replaced: number;
  readonly by: readonly number[];
}

/**
 * The inputs as they are. A row raises MODEL_FAILED unless all of them are from `low` to `high`, as ONNX Runtime raises
 * an error there; so no output has to need a guard for it to stay.
 */
export interface GuardStep {
  readonly op: 'guard';
  readonly out: number;
  readonly inputs: readonly Lane[];
  readonly low: number;
  readonly high: number;
  readonly reason: string;
}

export type PairFunction =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'remainder'
  | 'power'
  | 'minimum'
  | 'maximum'
  | 'equal'
  | 'less'
  | 'lessOrEqual'
  | 'and'
  | 'or'
  | 'xor';

/** A function of two lanes. Comparisons and logic answer 1 or 0. */
export interface PairStep {
  readonly op: 'pair';
  readonly out: number;
  readonly fn: PairFunction;
  readonly inputs: readonly Lane[];
  readonly others: readonly Lane[];
  readonly precision: Precision;
}

/** The input where the condition is not 0, else the other. */
export interface SelectStep {
  readonly op: 'select';
  readonly out: number;
  readonly conditions: readonly Lane[];
  readonly inputs: readonly Lane[];
  readonly others: readonly Lane[];
}

/** One result of each group of lanes, taken in order. */
export interface ReduceStep {
  readonly op: 'reduce';
  readonly out: number;
  readonly fn: 'sum' | 'product' | 'minimum' | 'maximum';
  readonly groups: readonly (readonly Lane[])[];
  readonly precision: Precision;
}

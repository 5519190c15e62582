import type { Lane } from './program.ts';
import type { LoadStep, MapFunction } from './steps.ts';

// Steps that sum products.

/**
 * Rows of weights against the inputs, summed in input order, the bias last: `fround(a + fround(x * w))` where the
 * weights are float32, plain float64 sums where they are float64.
 */
export interface LinearStep {
  readonly op: 'linear';
  readonly out: number;
  readonly inputs: readonly Lane[];
  /** Row-major: one row of `inputs.length` weights for each output. */
  readonly weights: FloatArray;
  readonly bias: FloatArray | null;
}

/** Weights of a layer; what they are held in says in which precision the layer is computed. */
export type FloatArray = Float32Array | Float64Array;

/** A layer of a network: a linear step with the function that follows each sum, and where `source` is given, its inputs. */
export interface DenseStep {
  readonly op: 'dense';
  readonly out: number;
  /** Empty where there is a `source`. */
  readonly inputs: readonly Lane[];
  readonly source: DenseSource | null;
  /** Row-major: one row of weights for each output. */
  readonly weights: FloatArray;
  readonly bias: FloatArray | null;
  readonly activation: MapFunction | null;
}

/** Features, and the operations that each goes through, one after the other. */
export interface DenseSource {
  readonly from: LoadStep['from'];
  readonly as: LoadStep['as'];
  readonly operations: readonly ColumnOperation[];
}

/** An operation with a constant of each column, rounded to float32 or not. */
export interface ColumnOperation {
  readonly fn: 'add' | 'subtract' | 'multiply' | 'divide' | 'round';
  /** Null for `round`, which is nothing but a rounding. */
  readonly values: Float64Array | null;
  readonly rounded: boolean;
}

/**
 * A linear step of which some terms are tables: the lane holds a place, and the term is the weight that stands there. A
 * one-hot encoding in front of a linear step comes to this.
 */
export interface CodedLinearStep {
  readonly op: 'codedLinear';
  readonly out: number;
  readonly inputs: readonly Lane[];
  /** For each input its table, a weight a place for each output in turn; null where `weights` multiply the input. */
  readonly tables: readonly (FloatArray | null)[];
  /** Row-major: one row of `inputs.length` weights for each output. */
  readonly weights: FloatArray;
  readonly bias: FloatArray | null;
}

/** Squared distances of the inputs from vectors: float32 sums in input order, `fround(a + fround(d * d))`. */
export interface DistancesStep {
  readonly op: 'distances';
  readonly out: number;
  readonly inputs: readonly Lane[];
  /** Row-major: `inputs.length` numbers for each output. */
  readonly vectors: Float32Array;
}

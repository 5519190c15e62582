/** A value of a record as JSON gives it: what a caller sends, what a model answers. */
export type Value = number | string | boolean | null | readonly Value[];

/** Numbers are float64 in every pattern; the session rounds them once to the model's type. */
export type FeatureType = 'number' | 'integer' | 'boolean' | 'string' | 'array';

/** What to do with a value that is absent or null: refuse the record, give the model NaN, or fill a value in. */
export type MissingPolicy =
  | { readonly kind: 'reject' }
  | { readonly kind: 'null' }
  | { readonly kind: 'fill'; readonly value: number | string | boolean };

/** One input of the contract, in the order in which the launch file lists them. */
export interface Feature {
  readonly name: string;
  readonly type: FeatureType;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly exclusiveMinimum: number | null;
  readonly exclusiveMaximum: number | null;
  /** Closed set of categories; null leaves a string open. */
  readonly enum: readonly string[] | null;
  /** UTF-16 code units; bounds an open string. */
  readonly maxLength: number;
  /** Of an array: its fixed shape, row-major. */
  readonly shape: readonly number[] | null;
  /** Of an array: what its elements are. Null for all other types. */
  readonly items: 'number' | 'integer' | null;
  readonly unit: string | null;
  readonly description: string | null;
  readonly missing: MissingPolicy;
}

/** A score read from a model output: `from` names the ONNX output, `class` the label whose column is meant. */
export interface ScoreField {
  readonly kind: 'score';
  readonly name: string;
  readonly type: 'number' | 'integer' | 'string' | 'boolean';
  readonly from: string;
  /** The class label, or null for the output's only column (or its column `index`). */
  readonly class: string | number | null;
  readonly index: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly enum: readonly (string | number)[] | null;
  readonly nullable: boolean;
  readonly description: string | null;
}

/** All columns of one model output, as an array of fixed shape. */
export interface VectorField {
  readonly kind: 'vector';
  readonly name: string;
  readonly from: string;
  readonly shape: readonly number[];
  readonly nullable: boolean;
  readonly description: string | null;
}

/** `score >= at`, with `at` rounded once to the score's type. */
export interface DecisionField {
  readonly kind: 'decision';
  readonly name: string;
  readonly on: string;
  readonly at: number;
  readonly nullable: boolean;
  readonly description: string | null;
}

export type OutputField = ScoreField | VectorField | DecisionField;

/** Order and cut of many predictions: highest `by` first within each value of `within`, at most `top`. */
export interface Rank {
  readonly by: string;
  readonly within: string | null;
  readonly top: number | null;
}

/** What a record or a set of columns must look like. */
export interface InputContract {
  readonly features: readonly Feature[];
  /** Names the thing a prediction is about; hashed for assignment, never given to the model. */
  readonly unit: string | null;
  /** Fields that travel with a record and never reach the model. */
  readonly context: readonly string[];
}

export interface OutputContract {
  readonly fields: readonly OutputField[];
  readonly rank: Rank | null;
}

/** One broken rule of one field. */
export interface Issue {
  readonly field: string;
  readonly rule: IssueRule;
  /** The offending value, cut to a printable length; absent when the field is. */
  readonly value?: Value;
  /** One sentence that names field, value and rule. */
  readonly message: string;
}

export const issueRules = [
  'record',
  'required',
  'type',
  'finite',
  'integer',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'enum',
  'maxLength',
  'shape',
  'unknown',
] as const;

export type IssueRule = (typeof issueRules)[number];

/**
 * The values of one feature for many rows. Numbers, integers and booleans (0 or 1) are float64; arrays are float64,
 * row-major, `width` values a row; strings are text.
 */
export type FeatureColumn =
  | {
      readonly kind: 'number';
      readonly values: Float64Array;
      readonly width: number;
      readonly present: Uint8Array | null;
    }
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] };

/** One column as a caller may hand it over. Plain arrays may hold null for a missing value. */
export type ColumnInput =
  | Float64Array
  | Float32Array
  | Int32Array
  | FeatureColumn
  | readonly (number | string | boolean | null)[];

/** Columns by feature name; unit and context columns may stand beside them. */
export type Columns = Readonly<Record<string, ColumnInput>>;

/** Element types of ONNX tensors that sessions take and give. */
export type TensorType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'bool'
  | 'string';

/** One declared input or output of a model. A dimension that varies is its name, or null without one. */
export interface TensorSpec {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly (number | string | null)[];
}

/** A model output as a table: `width` columns a row. */
export interface OutputSpec extends TensorSpec {
  readonly width: number | null;
  /** Class labels of the columns (probabilities) or of the values (labels), where the graph tells them. */
  readonly classes: readonly (string | number)[] | null;
  /** True where a value names a class: the output of a classifier's label. */
  readonly isLabel: boolean;
}

/** What an artifact takes and gives, read from the graph. A ZipMap is seen through: its output is the scores. */
export interface ModelSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly OutputSpec[];
  /** Outputs that no session gives, each with what it is: lists, maps, numbers of rare types. */
  readonly unread?: readonly { readonly name: string; readonly what: string }[];
}

/** Where a feature of the contract enters the model: which input, and from which column of it. */
export interface InputLane {
  readonly input: string;
  readonly type: TensorType;
  /** First column of the feature in a matrix input; 0 for an input of its own. */
  readonly column: number;
  /** Values a row. */
  readonly width: number;
  /** Of an input of its own: the sizes of one row, where the model leaves some open. */
  readonly shape?: readonly number[];
  /** Set where the input has no dimension for the rows: then a call of the model is one row. */
  readonly oneRow?: true;
}

/** One column of a model output that the output contract asks for. */
export interface OutputLane {
  readonly output: string;
  readonly column: number;
  readonly type: TensorType;
  /** Where set, the values are indexes into it. */
  readonly labels: readonly (string | number)[] | null;
  /** The sizes of one row that the contract expects of the whole output, where only a run can tell; [] is one value. */
  readonly shape?: readonly number[];
}

/** How contract and model fit together: one entry a feature, one entry a wanted output column. */
export interface Binding {
  readonly inputs: readonly InputLane[];
  readonly outputs: readonly OutputLane[];
}

/**
 * Feature values of many rows on their way into a session: validated, filled, in contract order. A missing number
 * is NaN. `Float64Array` holds `width` values a row.
 */
export interface FeatureBatch {
  readonly rows: number;
  readonly columns: readonly (Float64Array | readonly string[])[];
}

/**
 * Values of one output lane, one a row: floats in the model's own type, integers and booleans as float64, labels as
 * indexes into the lane's `labels`, text as text.
 */
export type LaneValues = Float32Array | Float64Array | Int32Array | readonly string[];

export function isTextLane(values: LaneValues): values is readonly string[] {
  return Array.isArray(values);
}

/** Runs one row without a promise: `numbers` and `texts` in contract order (arrays flattened); fills `out`, one number a lane. */
export type RowFunction = (numbers: Float64Array, texts: readonly string[], out: Float64Array) => void;

/** How long the caller of a run waits for it. Work that nobody waits for any more is not run. */
export interface RunLimits {
  /** When an answer is too late, as `Clock.monotonicMs` counts; Infinity where it never is. */
  readonly deadlineMs: number;
  /** True from the moment on when the caller is gone. */
  isCancelled(): boolean;
  /** Calls `listener` when the caller goes; never where it is gone already. */
  onCancel(listener: () => void): void;
  /** Null or absent where nobody traces the call. */
  readonly trace?: RunObserver | null;
}

/** Told of the way of a call through a session that lets calls wait, for traces. Times as `Clock.monotonicMs` counts. Must not throw. */
export interface RunObserver {
  /** The first rows of the call go to the model, and have waited since `fromMs`. */
  waited(fromMs: number, toMs: number): void;
  /** A run of the model has ended that held rows of the call: so many in all, of so many calls. */
  ran(fromMs: number, toMs: number, rows: number, calls: number): void;
}

export type EngineName = 'compiled' | 'onnxruntime';

/**
 * The port: one loaded model able to run. `run` answers one array a lane of `binding.outputs`, in that order. The
 * arrays belong to the session and are valid until its next call: a caller that keeps them copies.
 *
 * A session that lets calls wait heeds `limits`: it raises DEADLINE_EXCEEDED at the deadline and CALLER_GONE when the
 * caller goes, and does not run the call from then on. One that answers at once need not: its caller looks before.
 */
export interface Session {
  readonly engine: EngineName;
  readonly binding: Binding;
  run(batch: FeatureBatch, limits?: RunLimits): readonly LaneValues[] | Promise<readonly LaneValues[]>;
  /** Absent where the engine is asynchronous or an output is free text. */
  readonly row: RowFunction | null;
  /**
   * How many rows could be answered in so many milliseconds if they came all at once, as far as is known; null where
   * nothing is. Absent where no call waits for another.
   */
  rowsWithin?(ms: number): number | null;
  close(): Promise<void>;
}

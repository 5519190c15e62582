import type { Value } from '../contract/index.ts';
import type { SlipwayError } from '../errors/index.ts';
import type { LaneValues, RunLimits } from '../model/index.ts';
import type { FallbackReason, PredictionSource } from '../protocol/index.ts';

/** Time as the core sees it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  wallMs(): number;
  /** Milliseconds that never run backwards; fractions allowed. */
  monotonicMs(): number;
}

/** The answer for one record, in the shape that every pattern prints as JSON. */
export interface Prediction {
  /** Output fields by name, in contract order. Float32 scores hold the double whose shortest text is the score's. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Of each decision, the threshold that it was made at. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly predictionId: string;
  readonly model: string;
  readonly version: string;
  readonly fallback: { readonly reason: FallbackReason } | null;
  /** Of a fallback, the failure that it answers for: for the log, never for the caller. Null where nothing failed. */
  readonly fault: SlipwayError | null;
}

/** The answer for a record that has none, in its place among many: why. */
export interface Refusal {
  readonly error: SlipwayError;
}

/** Scores of many rows, column by column. Valid until the next call: a caller that keeps them copies. */
export interface ColumnPredictions {
  readonly rows: number;
  readonly fields: readonly ColumnField[];
  /** Row numbers that broke the contract, or on which the model failed, ascending; their outputs mean nothing. */
  readonly refused: readonly number[];
  /** Why a row was refused, where the reason is not its input: the model failed on it, or broke the output contract. */
  readonly modelFaults: ReadonlyMap<number, string>;
  /** The id of the prediction of a row, which its event has too; made when it is first asked for. */
  predictionId(row: number): string;
  readonly model: string;
  readonly version: string;
}

export interface ColumnField {
  readonly name: string;
  /** Values a row: more than one for an array, row-major. */
  readonly width: number;
  /** float32 or float64 scores keep the model's own type; decisions are 0 or 1; labels are text or numbers. */
  readonly values: LaneValues | Uint8Array;
}

export interface PredictOptions {
  readonly source?: PredictionSource;
  /** Of many records or rows: one that cannot be answered refuses them all, and no event is made. */
  readonly strict?: boolean;
  /** Until when the caller waits. By default as long as it takes. */
  readonly limits?: RunLimits | undefined;
  /** The model's own answer, or its error: no fallback answers in its place, and no event is made. */
  readonly plain?: boolean;
}

import type { Columns } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { Session } from '../model/index.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { predictColumns } from './predict-columns.ts';
import { predictMany } from './predict-many.ts';
import { predictRecord } from './predict-record.ts';
import { compileCore, type PredictorOptions } from './scoring-core.ts';
import type { ColumnPredictions, Prediction, PredictOptions, Refusal } from './types.ts';

/**
 * The way of a record: contract, session, output contract, threshold, and one event beside it. Every pattern calls
 * this. Each method answers a plain value where the session is synchronous (compiled) and a promise where it is not.
 */
export interface Predictor {
  readonly launch: Launch;
  readonly session: Session;
  /** One record. Raises RECORD_INVALID with `details.issues`; MODEL_FAILED or OUTPUT_VIOLATION without a fallback. */
  predict(record: unknown, options?: PredictOptions): MaybePromise<Prediction>;
  /**
   * Many records, each answered in its place: a refused one holds its error and never costs its neighbours. With
   * `strict` it does: then RECORD_INVALID lists the issues of all, each with the place of its `record`.
   */
  predictMany(records: readonly unknown[], options?: PredictOptions): MaybePromise<readonly (Prediction | Refusal)[]>;
  /** Typed columns, without an object a row. Never falls back: rows that cannot be scored are listed as refused. */
  columns(columns: Columns, options?: PredictOptions): MaybePromise<ColumnPredictions>;
}

export function createPredictor(options: PredictorOptions): Predictor {
  const core = compileCore(options);
  return {
    launch: options.launch,
    session: options.session,
    predict: (record, options) => predictRecord(core, record, options),
    predictMany: (records, options) => predictMany(core, records, options),
    columns: (columns, options) => predictColumns(core, columns, options),
  };
}

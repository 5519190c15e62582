import type { Columns } from '../contract/index.ts';
import type { SlipwayError } from '../errors/index.ts';
import type { Launch } from '../launch/index.ts';
import type { Session } from '../model/index.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { predictColumns } from './predict-columns.ts';
import { fallbackMany, predictMany } from './predict-many.ts';
import { fallbackRecord, predictRecord } from './predict-record.ts';
import { compileCore, type PredictorOptions } from './scoring-core.ts';
import type { ColumnPredictions, Prediction, PredictOptions, Refusal } from './types.ts';

/**
 * The way of a record: contract, session, output contract, threshold, and one event beside it. Every pattern calls
 * this. Each method answers a plain value where the session is synchronous (compiled) and a promise where it is not.
 */
export interface Predictor {
  readonly launch: Launch;
  readonly session: Session;
  /**
   * One record. Raises RECORD_INVALID with `details.issues`, CALLER_GONE; and without a fallback for it MODEL_FAILED,
   * OUTPUT_VIOLATION, DEADLINE_EXCEEDED, and what else the session raises.
   */
  predict(record: unknown, options?: PredictOptions): MaybePromise<Prediction>;
  /**
   * Many records, each answered in its place: a refused one holds its error and never costs its neighbours. With
   * `strict` it does: then RECORD_INVALID lists the issues of all, each with the place of its `record`. An error of the
   * whole call (late, too many, left) is raised where no fallback answers.
   */
  predictMany(records: readonly unknown[], options?: PredictOptions): MaybePromise<readonly (Prediction | Refusal)[]>;
  /**
   * Answers by the launch file's fallback without a run of the model: it would have failed with `error`, since the call
   * was not admitted, or the model is switched off (MODEL_SWITCHED_OFF, for which the fallback answers whatever its
   * `when` says). The record is held to the contract, and makes its event, as ever. Raises `error` without a fallback.
   */
  fallback(record: unknown, error: SlipwayError, options?: PredictOptions): MaybePromise<Prediction>;
  /** The same for many records. */
  fallbackMany(
    records: readonly unknown[],
    error: SlipwayError,
    options?: PredictOptions,
  ): MaybePromise<readonly (Prediction | Refusal)[]>;
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
    fallback: (record, error, options) => fallbackRecord(core, record, error, options),
    fallbackMany: (records, error, options) => fallbackMany(core, records, error, options),
    columns: (columns, options) => predictColumns(core, columns, options),
  };
}

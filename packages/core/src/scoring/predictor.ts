import { type Columns, compileColumnsReader, compileRecordReader, newRow, rowLayout } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { Session } from '../model/index.ts';
import type { EventSink } from '../protocol/index.ts';
import { compileColumnAnswers } from './answer-columns.ts';
import { compileAnswers } from './answers.ts';
import { compileEventText } from './event-text.ts';
import { eventFields } from './events.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { predictColumns } from './predict-columns.ts';
import { predictMany } from './predict-many.ts';
import { predictRecord } from './predict-record.ts';
import type { Clock, ColumnPredictions, Prediction, PredictOptions, Refusal } from './types.ts';

export interface PredictorOptions {
  readonly launch: Launch;
  readonly session: Session;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where events go; null where nobody listens. */
  readonly sink: EventSink | null;
  /** `stable` unless a rollout says otherwise. */
  readonly variant?: string;
}

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

/** What the three ways of predicting share, compiled once. */
export type ScoringCore = ReturnType<typeof compileCore>;

export function createPredictor(options: PredictorOptions): Predictor {
  const core = compileCore(options);
  return {
    launch: options.launch,
    session: options.session,
    predict: (record, call) => predictRecord(core, record, call?.source ?? 'library'),
    predictMany: (records, call) => predictMany(core, records, call?.source ?? 'library', call?.strict ?? false),
    columns: (columns, call) => predictColumns(core, columns, call?.source ?? 'library'),
  };
}

function compileCore(options: PredictorOptions) {
  const { launch, session } = options;
  const layout = rowLayout(launch.input);
  const lanes = session.binding.outputs;
  const variant = options.variant ?? 'stable';
  const fields = eventFields(launch);
  return {
    ...options,
    variant,
    layout,
    eventFields: fields,
    eventText: compileEventText(launch, variant, fields),
    readRecord: compileRecordReader(launch.input, layout),
    readColumns: compileColumnsReader(launch.input),
    answers: compileAnswers(launch.output, lanes),
    columnAnswers: compileColumnAnswers(launch.output, lanes),
    // A synchronous prediction is over before the next begins, so one row and one result serve them all.
    row: newRow(layout),
    out: new Float64Array(lanes.length),
  };
}

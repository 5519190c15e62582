import { compileColumnsReader, compileRecordReader, newRow, rowLayout } from '../contract/index.ts';
import type { Launch } from '../launch/index.ts';
import type { Session } from '../model/index.ts';
import type { EventSink } from '../protocol/index.ts';
import { compileColumnAnswers } from './answer-columns.ts';
import { compileAnswers } from './answers.ts';
import { compileEventBytes } from './event-bytes.ts';
import { compileEventText } from './event-text.ts';
import { eventFields } from './events.ts';
import type { Predictor } from './predictor.ts';
import type { Clock } from './types.ts';

export interface PredictorOptions {
  readonly launch: Launch;
  readonly session: Session;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where events go; null where nobody listens. */
  readonly sink: EventSink | null;
  /** `stable` unless a rollout says otherwise. */
  readonly variant?: string;
  /**
   * The version that answers where the launch file's fallback is another one; asked each time, since it may change.
   * Null while there is none: then the error is raised.
   */
  readonly otherVersion?: () => Predictor | null;
}

/** What the three ways of predicting share. */
export type ScoringCore = ReturnType<typeof compileCore>;

/** Compiles contract and output contract once, for all predictions to come. */
export function compileCore(options: PredictorOptions) {
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
    eventBytes: compileEventBytes(launch, variant, fields),
    readRecord: compileRecordReader(launch.input, layout),
    readColumns: compileColumnsReader(launch.input),
    answers: compileAnswers(launch.output, lanes),
    columnAnswers: compileColumnAnswers(launch.output, lanes),
    // A synchronous prediction is over before the next begins, so one row and one result serve them all.
    row: newRow(layout),
    out: new Float64Array(lanes.length),
  };
}

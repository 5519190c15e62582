import { issuesText, type Row, type RowLayout } from '../contract/index.ts';
import { asSlipwayError, fail, type SlipwayError } from '../errors/index.ts';
import type { FeatureBatch, LaneValues } from '../model/index.ts';
import { answerInstead, insteadOf } from './answer-instead.ts';
import { recordEvent } from './events.ts';
import { expectWanted } from './limits.ts';
import { laneRow, prediction } from './make-prediction.ts';
import { chain, isPromise, type MaybePromise } from './maybe-promise.ts';
import { limitsOfModel } from './other-version.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction, PredictOptions } from './types.ts';

/** Predicts one record; without a promise where the session has a row function. */
export function predictRecord(
  core: ScoringCore,
  record: unknown,
  options: PredictOptions = {},
): MaybePromise<Prediction> {
  const startedMs = core.sink === null ? 0 : core.clock.monotonicMs();
  expectValid(core, record);
  const finish = (made: Prediction) => {
    report(core, record, made, options, startedMs);
    return made;
  };
  const instead = (thrown: unknown) =>
    finishWith(answerInstead(core, record, asSlipwayError(thrown, 'MODEL_FAILED'), options), finish);

  if (core.session.row !== null) {
    try {
      expectWanted(options.limits, core.clock);
      core.session.row(core.row.numbers, core.row.texts, core.out);
      return finish(prediction(core, core.answers.outputs(core.out)));
    } catch (thrown) {
      return instead(thrown);
    }
  }
  const batch = batchOfRow(core, core.row);
  return chain<readonly LaneValues[], MaybePromise<Prediction>>(
    () => {
      const limits = limitsOfModel(core, options.limits);
      expectWanted(limits, core.clock);
      return core.session.run(batch, limits);
    },
    (values) => finish(prediction(core, core.answers.outputs(laneRow(values, 0)))),
    instead,
  ) as MaybePromise<Prediction>;
}

/** Answers one record by the fallback for `error`, without a run of the model. */
export function fallbackRecord(
  core: ScoringCore,
  record: unknown,
  error: SlipwayError,
  options: PredictOptions = {},
): MaybePromise<Prediction> {
  // Without a fallback nothing is read: to turn a caller away has to stay cheap.
  if (insteadOf(core, error, options) === null) throw error;
  const startedMs = core.sink === null ? 0 : core.clock.monotonicMs();
  expectValid(core, record);
  return finishWith(answerInstead(core, record, error, options), (made) => {
    report(core, record, made, options, startedMs);
    return made;
  });
}

function finishWith(
  made: MaybePromise<Prediction>,
  finish: (made: Prediction) => Prediction,
): MaybePromise<Prediction> {
  return isPromise(made) ? made.then(finish) : finish(made);
}

/** Leaves the values of the record in the row of the core. */
function expectValid(core: ScoringCore, record: unknown): void {
  const issues = core.readRecord(record, core.row);
  if (issues !== null) throw fail('RECORD_INVALID', { message: issuesText(issues), details: { issues } });
}

function report(
  core: ScoringCore,
  record: unknown,
  made: Prediction,
  { source = 'library', plain = false }: PredictOptions,
  startedMs: number,
): void {
  if (core.sink === null || plain) return;
  const known = record as Readonly<Record<string, unknown>>;
  const latencyMs = Math.round((core.clock.monotonicMs() - startedMs) * 1000) / 1000;
  const frame = { fields: core.eventFields, variant: core.variant, source, atMs: core.clock.wallMs(), latencyMs };
  core.sink.write({
    count: 1,
    event: () => recordEvent(frame, known, made),
    text: () => core.eventText(frame, known, made),
    bytes: (_, memory, start, end) => core.eventBytes(frame, known, made, memory, start, end),
  });
}

/** A row as a batch of one, in arrays of its own: an asynchronous session may still read them when the next row comes. */
function batchOfRow(core: ScoringCore, row: Row): FeatureBatch {
  const columns = core.launch.input.features.map((_, index) => featureOfRow(core.layout, row, index));
  return { rows: 1, columns };
}

function featureOfRow(layout: RowLayout, row: Row, index: number): Float64Array | string[] {
  const offset = layout.offsets[index] as number;
  const width = layout.widths[index] as number;
  return width === 0 ? [row.texts[offset] as string] : row.numbers.slice(offset, offset + width);
}

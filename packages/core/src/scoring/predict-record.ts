import { issuesText, type Row, type RowLayout } from '../contract/index.ts';
import { fail } from '../errors/index.ts';
import type { FeatureBatch, LaneValues } from '../model/index.ts';
import type { PredictionSource } from '../protocol/index.ts';
import { recordEvent } from './events.ts';
import { expectWanted } from './limits.ts';
import { fallbackPrediction, laneRow, prediction } from './make-prediction.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction, PredictOptions } from './types.ts';

/** Predicts one record; without a promise where the session has a row function. */
export function predictRecord(
  core: ScoringCore,
  record: unknown,
  { source = 'library', limits }: PredictOptions = {},
): MaybePromise<Prediction> {
  const startedMs = core.sink === null ? 0 : core.clock.monotonicMs();
  const issues = core.readRecord(record, core.row);
  if (issues !== null) throw fail('RECORD_INVALID', { message: issuesText(issues), details: { issues } });
  const known = record as Readonly<Record<string, unknown>>;
  const finish = (prediction: Prediction) => {
    report(core, known, prediction, source, startedMs);
    return prediction;
  };
  const instead = (thrown: unknown) => finish(fallbackPrediction(core, known, thrown, source));

  if (core.session.row !== null) {
    try {
      expectWanted(limits, core.clock);
      core.session.row(core.row.numbers, core.row.texts, core.out);
      return finish(prediction(core, core.answers.outputs(core.out)));
    } catch (thrown) {
      return instead(thrown);
    }
  }
  const batch = batchOfRow(core, core.row);
  return chain<readonly LaneValues[], Prediction>(
    () => {
      expectWanted(limits, core.clock);
      return core.session.run(batch, limits);
    },
    (values) => finish(prediction(core, core.answers.outputs(laneRow(values, 0)))),
    instead,
  );
}

function report(
  core: ScoringCore,
  record: Readonly<Record<string, unknown>>,
  made: Prediction,
  source: PredictionSource,
  startedMs: number,
): void {
  if (core.sink === null) return;
  const latencyMs = Math.round((core.clock.monotonicMs() - startedMs) * 1000) / 1000;
  const frame = { fields: core.eventFields, variant: core.variant, source, atMs: core.clock.wallMs(), latencyMs };
  core.sink.write({
    count: 1,
    event: () => recordEvent(frame, record, made),
    text: () => core.eventText(frame, record, made),
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

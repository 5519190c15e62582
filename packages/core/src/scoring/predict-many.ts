import { type Issue, issuesText, type Value } from '../contract/index.ts';
import { asSlipwayError, assert, fail, type SlipwayError } from '../errors/index.ts';
import type { FeatureBatch } from '../model/index.ts';
import type { PredictionSource } from '../protocol/index.ts';
import { recordEvent } from './events.ts';
import { fallbackPrediction, laneRow, prediction } from './make-prediction.ts';
import { chain, isPromise, type MaybePromise } from './maybe-promise.ts';
import { type IsolatedRun, runIsolated } from './run-isolated.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction, PredictOptions, Refusal } from './types.ts';

type Answer = Prediction | Refusal;

/** Predicts many records in one run of the session; each is answered in its place. */
export function predictMany(
  core: ScoringCore,
  records: readonly unknown[],
  { source = 'library', strict = false, limits }: PredictOptions = {},
): MaybePromise<readonly Answer[]> {
  const answers = new Array<Answer>(records.length);
  const { batch, places } = readBatch(core, records, answers);
  if (strict && places.length < records.length) throw strictRefusal(answers);
  const fill = (run: IsolatedRun) => {
    places.forEach((place, row) => {
      answers[place] = answerRow(core, records[place], run, row, source);
    });
  };
  const close = () => {
    const failed = strict ? answers.find((answer) => 'error' in answer) : undefined;
    if (failed !== undefined) throw failed.error;
    report(core, records, answers, source);
    return answers;
  };
  if (batch.rows === 0) return answers;
  const scored = chain(
    () => runIsolated(core, batch, limits),
    fill,
    (thrown) => {
      const failed = asSlipwayError(thrown, 'MODEL_FAILED');
      for (const place of places) answers[place] = fallbackOrRefusal(core, records[place], failed, source);
    },
  );
  return isPromise(scored) ? scored.then(close) : close();
}

/** The good records as one batch, and the place of each; refusals go straight to their places. */
function readBatch(
  core: ScoringCore,
  records: readonly unknown[],
  answers: Answer[],
): { batch: FeatureBatch; places: number[] } {
  const { layout, row } = core;
  const columns = layout.widths.map((width) =>
    width === 0 ? ([] as string[]) : new Float64Array(records.length * width),
  );
  const places: number[] = [];
  records.forEach((record, place) => {
    const issues = core.readRecord(record, row);
    if (issues !== null) {
      answers[place] = {
        error: fail('RECORD_INVALID', { message: issuesText(issues), where: `records[${place}]`, details: { issues } }),
      };
      return;
    }
    const at = places.push(place) - 1;
    columns.forEach((column, index) => {
      const offset = layout.offsets[index] as number;
      const width = layout.widths[index] as number;
      if (!(column instanceof Float64Array)) column.push(row.texts[offset] as string);
      else for (let k = 0; k < width; k++) column[at * width + k] = row.numbers[offset + k] as number;
    });
  });
  const rows = places.length;
  const filled = columns.map((column, index) =>
    column instanceof Float64Array ? column.subarray(0, rows * (layout.widths[index] as number)) : column,
  );
  return { batch: { rows, columns: filled }, places };
}

/** One error for all records that break the contract, each issue with the place of its record. */
function strictRefusal(answers: readonly (Answer | undefined)[]): SlipwayError {
  const refused = answers.flatMap((answer, place) =>
    answer !== undefined && 'error' in answer ? [{ place, error: answer.error }] : [],
  );
  const issues = refused.flatMap(({ place, error }) => {
    const details = error.details as { readonly issues: readonly Issue[] };
    return details.issues.map((issue) => ({ record: place, ...issue }));
  });
  const [first] = refused;
  assert(first !== undefined, 'a strict refusal has a refused record');
  return fail('RECORD_INVALID', {
    message: `${refused.length} of ${answers.length} records break the input contract; the first says: ${first.error.message}`,
    where: `records[${first.place}]`,
    details: { issues },
  });
}

function answerRow(
  core: ScoringCore,
  record: unknown,
  run: IsolatedRun,
  row: number,
  source: PredictionSource,
): Answer {
  try {
    const fault = run.faults.get(row);
    if (fault !== undefined) throw fail('MODEL_FAILED', { message: fault });
    return prediction(core, core.answers.outputs(laneRow(run.values, row)) as Readonly<Record<string, Value>>);
  } catch (thrown) {
    return fallbackOrRefusal(core, record, thrown, source);
  }
}

function fallbackOrRefusal(core: ScoringCore, record: unknown, thrown: unknown, source: PredictionSource): Answer {
  try {
    return fallbackPrediction(core, record as Readonly<Record<string, unknown>>, thrown, source);
  } catch (error) {
    return { error: error as SlipwayError };
  }
}

function report(
  core: ScoringCore,
  records: readonly unknown[],
  answers: readonly Answer[],
  source: PredictionSource,
): void {
  if (core.sink === null) return;
  const made = answers.flatMap((answer, place) => ('error' in answer ? [] : [{ place, answer }]));
  const frame = { fields: core.eventFields, variant: core.variant, source, atMs: core.clock.wallMs(), latencyMs: null };
  const at = <T>(index: number, make: (record: Readonly<Record<string, unknown>>, answer: Prediction) => T): T => {
    const { place, answer } = made[index] as { place: number; answer: Prediction };
    return make(records[place] as Readonly<Record<string, unknown>>, answer);
  };
  core.sink.write({
    count: made.length,
    event: (index) => at(index, (record, answer) => recordEvent(frame, record, answer)),
    text: (index) => at(index, (record, answer) => core.eventText(frame, record, answer)),
  });
}

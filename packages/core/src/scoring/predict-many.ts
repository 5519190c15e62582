import { type Issue, issuesText } from '../contract/index.ts';
import { asSlipwayError, assert, type ErrorKind, fail, type SlipwayError } from '../errors/index.ts';
import type { FeatureBatch } from '../model/index.ts';
import { answerManyInstead, insteadOf, type Unanswered } from './answer-instead.ts';
import { recordEvent } from './events.ts';
import { laneRow, prediction } from './make-prediction.ts';
import { chain, isPromise, type MaybePromise } from './maybe-promise.ts';
import { limitsOfModel } from './other-version.ts';
import { type IsolatedRun, runIsolated } from './run-isolated.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction, PredictOptions, Refusal } from './types.ts';

type Answer = Prediction | Refusal;

/** Predicts many records in one run of the session; each is answered in its place. */
export function predictMany(
  core: ScoringCore,
  records: readonly unknown[],
  options: PredictOptions = {},
): MaybePromise<readonly Answer[]> {
  const answers = new Array<Answer>(records.length);
  const { batch, places } = readBatch(core, records, answers);
  if (options.strict && places.length < records.length) throw strictRefusal(answers);
  if (batch.rows === 0) return answers;
  const scored = chain<IsolatedRun, MaybePromise<void>>(
    () => runIsolated(core, batch, limitsOfModel(core, options.limits)),
    (run) => answerManyInstead(core, records, takeAnswers(core, run, places, answers), options, answers),
    (thrown) => answerAllInstead(core, records, asSlipwayError(thrown, 'MODEL_FAILED'), places, options, answers),
  ) as MaybePromise<void>;
  return closeWith(core, records, scored, options, answers);
}

/** Answers many records by the fallback for `error`, without a run of the model. */
export function fallbackMany(
  core: ScoringCore,
  records: readonly unknown[],
  error: SlipwayError,
  options: PredictOptions = {},
): MaybePromise<readonly Answer[]> {
  // Without a fallback nothing is read: to turn a caller away has to stay cheap.
  if (insteadOf(core, error, options) === null) throw error;
  const answers = new Array<Answer>(records.length);
  const { places } = readBatch(core, records, answers);
  if (options.strict && places.length < records.length) throw strictRefusal(answers);
  const answered = answerAllInstead(core, records, error, places, options, answers);
  return closeWith(core, records, answered, options, answers);
}

/** Puts the answers of a run into their places, and gives back those that it has none for. */
function takeAnswers(core: ScoringCore, run: IsolatedRun, places: readonly number[], answers: Answer[]): Unanswered[] {
  const unanswered: Unanswered[] = [];
  places.forEach((place, row) => {
    try {
      const fault = run.faults.get(row);
      if (fault !== undefined) throw fail('MODEL_FAILED', { message: fault });
      answers[place] = prediction(core, core.answers.outputs(laneRow(run.values, row)));
    } catch (thrown) {
      unanswered.push({ place, error: asSlipwayError(thrown, 'MODEL_FAILED') });
    }
  });
  return unanswered;
}

/** Where the whole call was late, in excess or left, and nothing answers instead, it is told as one error. */
function answerAllInstead(
  core: ScoringCore,
  records: readonly unknown[],
  error: SlipwayError,
  places: readonly number[],
  options: PredictOptions,
  answers: Answer[],
): MaybePromise<void> {
  const unanswered = places.map((place) => ({ place, error }));
  const check = () => {
    if (ofCallKinds.has(error.kind) && places.every((place) => 'error' in (answers[place] as Answer))) throw error;
  };
  const answered = answerManyInstead(core, records, unanswered, options, answers);
  return isPromise(answered) ? answered.then(check) : check();
}

/** Errors that say nothing of any record, but of the call and its time: it may be made again as it is. */
const ofCallKinds: ReadonlySet<ErrorKind> = new Set(['deadline', 'overloaded', 'unavailable', 'cancelled']);

function closeWith(
  core: ScoringCore,
  records: readonly unknown[],
  answered: MaybePromise<void>,
  options: PredictOptions,
  answers: readonly Answer[],
): MaybePromise<readonly Answer[]> {
  const close = () => {
    const failed = options.strict ? answers.find((answer) => 'error' in answer) : undefined;
    if (failed !== undefined) throw failed.error;
    report(core, records, answers, options);
    return answers;
  };
  return isPromise(answered) ? answered.then(close) : close();
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

function report(
  core: ScoringCore,
  records: readonly unknown[],
  answers: readonly Answer[],
  { source = 'library', plain = false }: PredictOptions,
): void {
  if (core.sink === null || plain) return;
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
    bytes: (index, memory, start, end) =>
      at(index, (record, answer) => core.eventBytes(frame, record, answer, memory, start, end)),
  });
}

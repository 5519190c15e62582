import type { SlipwayError } from '../errors/index.ts';
import type { FallbackAnswer } from '../launch/index.ts';
import type { FallbackReason } from '../protocol/index.ts';
import { fallbackOutputs, fallbackReason } from './fallback.ts';
import { prediction } from './make-prediction.ts';
import { chain, type MaybePromise } from './maybe-promise.ts';
import { limitsOfOther } from './other-version.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction, PredictOptions, Refusal } from './types.ts';

/** What answers in place of the model, and why. */
export interface Instead {
  readonly use: FallbackAnswer;
  readonly reason: FallbackReason;
  readonly error: SlipwayError;
}

/** The fallback for an error; null where there is none for it, and in batch, which has none. */
export function insteadOf({ launch }: ScoringCore, error: SlipwayError, options: PredictOptions): Instead | null {
  const { fallback } = launch;
  if (fallback === null || options.source === 'batch' || options.plain === true) return null;
  const reason = fallbackReason(fallback, error);
  return reason === null ? null : { use: fallback.use, reason, error };
}

/** Answers one record by the fallback, or raises the error that it would have answered for. */
export function answerInstead(
  core: ScoringCore,
  record: unknown,
  error: SlipwayError,
  options: PredictOptions,
): MaybePromise<Prediction> {
  const instead = insteadOf(core, error, options);
  if (instead === null) throw error;
  const { use, reason } = instead;
  if (use.kind !== 'version') return prediction(core, fallbackOutputs(use, record as Known), { reason }, error);
  const other = core.otherVersion?.() ?? null;
  if (other === null) throw error;
  return chain<Prediction, Prediction>(
    () => other.predict(record, { ...options, plain: true, limits: limitsOfOther(other, reason, options.limits) }),
    (made) => marked(made, instead),
    () => {
      throw error;
    },
  );
}

/** A record that the model did not answer: its place among many, and why. */
export interface Unanswered {
  readonly place: number;
  readonly error: SlipwayError;
}

/** Answers each of some records by the fallback, or with its error, into its place. Another version gets them at once. */
export function answerManyInstead(
  core: ScoringCore,
  records: readonly unknown[],
  unanswered: readonly Unanswered[],
  options: PredictOptions,
  answers: (Prediction | Refusal)[],
): MaybePromise<void> {
  const forOther: { readonly place: number; readonly instead: Instead }[] = [];
  for (const { place, error } of unanswered) {
    const instead = insteadOf(core, error, options);
    answers[place] = { error };
    if (instead === null) continue;
    const { use, reason } = instead;
    if (use.kind === 'version') forOther.push({ place, instead });
    else answers[place] = prediction(core, fallbackOutputs(use, records[place] as Known), { reason }, error);
  }
  const other = core.otherVersion?.() ?? null;
  const [first] = forOther;
  if (first === undefined || other === null) return;
  const limits = limitsOfOther(other, first.instead.reason, options.limits);
  return chain<readonly (Prediction | Refusal)[], void>(
    () =>
      other.predictMany(
        forOther.map(({ place }) => records[place]),
        { ...options, strict: false, plain: true, limits },
      ),
    (made) =>
      forOther.forEach(({ place, instead }, at) => {
        const answer = made[at] as Prediction | Refusal;
        if (!('error' in answer)) answers[place] = marked(answer, instead);
      }),
    // Those that wait for it have their own errors already.
    () => {},
  );
}

type Known = Readonly<Record<string, unknown>>;

function marked(made: Prediction, { reason, error }: Instead): Prediction {
  return { ...made, fallback: { reason }, fault: error };
}

import {
  asSlipwayError,
  type FallbackReason,
  isSlipwayError,
  type Prediction,
  type Refusal,
  type SlipwayError,
} from '@slipway/core';
import type { ServedModel } from '../models/model-slot.ts';
import type { Outcome } from '../ports.ts';
import { issuesOf, statusOf } from '../problem.ts';

/** What became of the records of a request that was answered. */
export interface Answered {
  readonly records: number;
  readonly refused: number;
  /** Why the fallback answered, and how many records. */
  readonly fallback: { readonly reason: FallbackReason; readonly records: number } | null;
  /** The first failure of the model on a record; the others are alike. */
  readonly fault: SlipwayError | null;
  /** The first failure that a fallback answered for. */
  readonly cause?: SlipwayError | null;
}

/** Of one prediction. */
export function answeredOne(prediction: Prediction): Answered {
  if (prediction.fallback === null) return oneRecord;
  return { ...oneRecord, fallback: { reason: prediction.fallback.reason, records: 1 }, cause: prediction.fault };
}

const oneRecord: Answered = { records: 1, refused: 0, fallback: null, fault: null };

/** Of many, each answered in its place. */
export function answeredMany(answers: readonly (Prediction | Refusal)[]): Answered {
  let refused = 0;
  let fault: SlipwayError | null = null;
  let reason: FallbackReason | null = null;
  let cause: SlipwayError | null = null;
  let fallbacks = 0;
  for (const made of answers) {
    if ('error' in made) {
      refused += 1;
      if (fault === null && statusOf(made.error) >= 500) fault = made.error;
    } else if (made.fallback !== null) {
      reason = made.fallback.reason;
      cause ??= made.fault;
      fallbacks += 1;
    }
  }
  const fallback = reason === null ? null : { reason, records: fallbacks };
  return { records: answers.length, refused, fallback, fault, cause };
}

/** Counts a request to a model, however it ended: answered, or with an error. */
export function measure({ meter, tally }: ServedModel, answered: Answered | null, thrown: unknown, ms: number): void {
  tally.add(answered, ms);
  meter.request(outcomeOf(answered, thrown), ms / 1000);
  if (answered === null) {
    meter.records(0, refusedRecords(thrown));
    return;
  }
  meter.records(answered.records - answered.refused, answered.refused);
  if (answered.fallback !== null) meter.fallback(answered.fallback.reason, answered.fallback.records);
}

function outcomeOf(answered: Answered | null, thrown: unknown): Outcome {
  if (answered !== null) return answered.fault !== null ? 'error' : answered.fallback !== null ? 'fallback' : 'ok';
  switch (asSlipwayError(thrown).kind) {
    case 'unauthenticated':
    case 'forbidden':
      return 'denied';
    case 'rate_limited':
      return 'limited';
    case 'overloaded':
      return 'overloaded';
    case 'deadline':
      return 'timeout';
    case 'cancelled':
      return 'cancelled';
    case 'unavailable':
      return 'unavailable';
    case 'internal':
    case 'corrupt':
      return 'error';
    default:
      return 'invalid';
  }
}

/** How many records a request was refused for. */
function refusedRecords(thrown: unknown): number {
  if (!isSlipwayError(thrown) || thrown.code !== 'RECORD_INVALID') return 0;
  return new Set(issuesOf(thrown).map((issue) => issue.record)).size;
}

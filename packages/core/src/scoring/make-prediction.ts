import type { Value } from '../contract/index.ts';
import { asSlipwayError, type ErrorKind, type SlipwayError } from '../errors/index.ts';
import type { LaneValues } from '../model/index.ts';
import type { FallbackReason, PredictionSource } from '../protocol/index.ts';
import type { LaneRow } from './answers.ts';
import { fallbackOutputs } from './fallback.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction } from './types.ts';

/** The answer around some outputs, with an id of its own. */
export function prediction(
  core: ScoringCore,
  outputs: Readonly<Record<string, Value>>,
  reason: FallbackReason | null = null,
  fault: SlipwayError | null = null,
): Prediction {
  return {
    outputs,
    thresholds: core.answers.thresholds,
    predictionId: core.newId(),
    model: core.launch.model,
    version: core.launch.version,
    fallback: reason === null ? null : { reason },
    fault,
  };
}

/** The fallback where the launch file has one for such an error; else the error goes on to the caller. Batch has none. */
export function fallbackPrediction(
  core: ScoringCore,
  record: Readonly<Record<string, unknown>>,
  thrown: unknown,
  source: PredictionSource,
): Prediction {
  const error = asSlipwayError(thrown, 'MODEL_FAILED');
  const reason = source === 'batch' ? null : fallbackReasons[error.kind];
  const outputs = reason === null ? null : fallbackOutputs(core.launch.fallback, reason, record);
  if (outputs === null) throw error;
  return prediction(core, outputs, reason, error);
}

/** Why a fallback may answer for an error of each kind; null where it would hide a mistake, or where nobody waits. */
const fallbackReasons: Readonly<Record<ErrorKind, FallbackReason | null>> = {
  deadline: 'timeout',
  overloaded: 'overload',
  internal: 'error',
  corrupt: 'error',
  unsupported: 'error',
  unavailable: 'error',
  cancelled: null,
  invalid: null,
  unauthenticated: null,
  forbidden: null,
  not_found: null,
  conflict: null,
  too_large: null,
  unsupported_media: null,
  method_not_allowed: null,
  rate_limited: null,
};

/** The values of all lanes at one row. */
export function laneRow(values: readonly LaneValues[], row: number): LaneRow {
  return values.map((lane) => lane[row] as number | string);
}

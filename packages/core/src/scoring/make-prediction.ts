import type { Value } from '../contract/index.ts';
import { asSlipwayError, type SlipwayError } from '../errors/index.ts';
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
): Prediction {
  return {
    outputs,
    thresholds: core.answers.thresholds,
    predictionId: core.newId(),
    model: core.launch.model,
    version: core.launch.version,
    fallback: reason === null ? null : { reason },
  };
}

/** The fallback where the launch file has one for such an error; else the error goes on to the caller. Batch has none. */
export function fallbackPrediction(
  core: ScoringCore,
  record: Readonly<Record<string, unknown>>,
  thrown: unknown,
  source: PredictionSource,
): Prediction {
  const error: SlipwayError = asSlipwayError(thrown, 'MODEL_FAILED');
  const reason = error.kind === 'overloaded' ? 'overload' : 'error';
  const outputs = source === 'batch' ? null : fallbackOutputs(core.launch.fallback, reason, record);
  if (outputs === null) throw error;
  return prediction(core, outputs, reason);
}

/** The values of all lanes at one row. */
export function laneRow(values: readonly LaneValues[], row: number): LaneRow {
  return values.map((lane) => lane[row] as number | string);
}

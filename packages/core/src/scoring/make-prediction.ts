import type { Value } from '../contract/index.ts';
import type { LaneValues } from '../model/index.ts';
import type { LaneRow } from './answers.ts';
import type { ScoringCore } from './scoring-core.ts';
import type { Prediction } from './types.ts';

/** The answer around some outputs, with an id of its own; the model's unless it says otherwise. */
export function prediction(
  core: ScoringCore,
  outputs: Readonly<Record<string, Value>>,
  fallback: Prediction['fallback'] = null,
  fault: Prediction['fault'] = null,
): Prediction {
  return {
    outputs,
    thresholds: core.answers.thresholds,
    predictionId: core.newId(),
    model: core.launch.model,
    version: core.launch.version,
    fallback,
    fault,
  };
}

/** The values of all lanes at one row. */
export function laneRow(values: readonly LaneValues[], row: number): LaneRow {
  return values.map((lane) => lane[row] as number | string);
}

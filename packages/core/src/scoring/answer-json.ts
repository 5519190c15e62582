import type { Value } from '../contract/index.ts';
import type { Prediction } from './types.ts';

/** The answer as every pattern prints it: the outputs by name, then what they were made with. */
export function toJson(prediction: Prediction): Readonly<Record<string, Value | object>> {
  return {
    ...prediction.outputs,
    thresholds: prediction.thresholds,
    prediction_id: prediction.predictionId,
    model: prediction.model,
    version: prediction.version,
    ...(prediction.fallback === null ? {} : { fallback: prediction.fallback }),
  };
}

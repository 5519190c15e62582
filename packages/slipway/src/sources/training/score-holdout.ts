import { buildReference, fail, type Reference } from '@slipway/core';
import type { Split } from '../table/split-rows.ts';
import type { TrainingData } from '../table/training-data.ts';
import type { LaunchWords } from './draft-launch.ts';
import type { TrainedModel } from './trained-model.ts';

/** The scores of the holdout rows as the model itself gives them. */
export async function holdoutScores(
  model: TrainedModel,
  data: TrainingData,
  { holdout }: Split,
  score: string,
): Promise<Float32Array> {
  const columns = data.features.map(({ name }, index): [string, Float64Array] => {
    return [name, Float64Array.from(holdout, (at) => data.columns[index][at])];
  });
  const { fields, refused, modelFaults } = await model.columns(Object.fromEntries(columns));
  const values = fields.find((field) => field.name === score)?.values;
  if (!(values instanceof Float32Array) || refused.length > 0) {
    const fault = modelFaults.get(refused[0]) ?? 'it does not fit the contract made for it';
    throw fail('MODEL_FAILED', { message: `The trained model cannot score a row of its own data: ${fault}.` });
  }
  return values.slice();
}

export interface ReferenceParts {
  readonly words: LaunchWords;
  readonly data: TrainingData;
  readonly scores: Float32Array;
}

/** The profile for later comparison: features of all rows, scores of the rows that the model has not seen. */
export function referenceOf({ words, data, scores }: ReferenceParts): Reference {
  return buildReference({
    model: words.model,
    version: words.version,
    features: data.features.map(({ name, kind }, index) => {
      const values = data.columns[index];
      return { name, values: kind === 'boolean' ? Array.from(values, (value) => String(value === 1)) : values };
    }),
    scores: [{ name: words.score, values: scores }],
  });
}

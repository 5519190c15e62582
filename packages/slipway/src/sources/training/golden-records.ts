import type { GoldenRows, Value } from '@slipway/core';
import type { TrainingTable } from '../table/open-table.ts';
import type { TrainingData } from '../table/training-data.ts';
import type { TrainedModel } from './trained-model.ts';

export interface GoldenParts {
  readonly table: TrainingTable;
  readonly data: TrainingData;
  /** Positions in `data` of the holdout rows, and their scores. */
  readonly holdout: Uint32Array;
  readonly scores: Float32Array;
  readonly parts: { readonly unit: string | null; readonly context: readonly string[] };
}

export type GoldenRecord = Readonly<Record<string, Value>>;

/** Real records of the holdout, from the lowest score to the highest in equal steps of rank. */
export async function goldenRecords({ table, data, holdout, scores, parts }: GoldenParts): Promise<GoldenRecord[]> {
  const picked = spreadByScore(scores)
    .map((at) => holdout[at])
    .sort((a, b) => a - b);
  const beside = [...(parts.unit === null ? [] : [parts.unit]), ...parts.context];
  const texts = await table.texts(
    beside,
    picked.map((at) => data.rows[at]),
  );
  return picked.map((at, index) => ({
    ...Object.fromEntries(data.features.map((_, feature) => featureValue(data, feature, at))),
    ...Object.fromEntries(beside.map((name, field) => [name, texts[index][field]]).filter(([, text]) => text !== null)),
  }));
}

export const goldenRecordsMax = 11;

/** The places of a few scores, from the lowest to the highest in equal steps of rank. */
export function spreadByScore(scores: ArrayLike<number>): number[] {
  const byScore = Uint32Array.from({ length: scores.length }, (_, at) => at);
  byScore.sort((a, b) => scores[a] - scores[b] || a - b);
  const count = Math.min(goldenRecordsMax, byScore.length);
  return Array.from({ length: count }, (_, step) => {
    return byScore[count === 1 ? 0 : Math.round((step * (byScore.length - 1)) / (count - 1))];
  });
}

function featureValue({ features, columns }: TrainingData, feature: number, at: number): [string, Value] {
  const { name, kind } = features[feature];
  const value = columns[feature][at];
  return [name, kind === 'boolean' ? value === 1 : value];
}

/** Sums of float32 differ between engines in their last bits, and hardly more. */
const tolerance = 1e-6;

/** The records with the scores that the model gives them. Decisions follow the threshold, which is not the model's. */
export async function goldenRows(
  model: TrainedModel,
  records: readonly GoldenRecord[],
  scores: readonly string[],
): Promise<GoldenRows> {
  const rows: GoldenRows['rows'][number][] = [];
  for (const record of records) {
    const { outputs } = await model.predict(record);
    rows.push({ record, outputs: Object.fromEntries(scores.map((score) => [score, outputs[score] ?? null])) });
  }
  return { tolerance, rows };
}

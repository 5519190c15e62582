import {
  type ColumnPredictions,
  createScoreProfile,
  type FieldProfile,
  type OutputContract,
  type OutputField,
  type Reference,
  type ScoreField,
  type ScoreProfile,
} from '@slipway/core';
import type { ScoreHistogram } from './run-record.ts';

/** Counts the scores of a run while they go by. */
export interface ScoreCounting {
  readonly profile: ScoreProfile;
  add(predictions: ColumnPredictions): void;
  histograms(): readonly ScoreHistogram[];
}

/** Over the frozen bins of the reference, so that runs can be compared; without one, over even bins. */
export function countScores(reference: Reference | null, output: OutputContract): ScoreCounting {
  const used = reference ?? evenReference(output);
  const profile = createScoreProfile(used);
  const bins = new Map(used.scores.map((score) => [score.name, score]));
  const truths = new Set(output.fields.filter(isTruth).map((field) => field.name));
  return {
    profile,
    add({ fields, refused, rows }) {
      for (const { name, values, width } of fields) {
        const score = bins.get(name);
        if (score === undefined || width !== 1) continue;
        profile.add(name, countable(score, truths.has(name), values, refused), rows);
      }
    },
    histograms: () =>
      profile.counts().map((counts) => {
        const score = bins.get(counts.name) as FieldProfile;
        return {
          ...counts,
          edges: score.kind === 'number' ? score.edges : null,
          categories: score.kind === 'number' ? null : score.categories.map((category) => category.value),
        };
      }),
  };
}

function isTruth(field: OutputField): boolean {
  return field.kind === 'decision' || (field.kind === 'score' && field.type === 'boolean');
}

type ScoreValues = ColumnPredictions['fields'][number]['values'];

/** The values as the profile takes them: refused rows missing, truth values as the words that references have. */
function countable(
  score: FieldProfile,
  asTruth: boolean,
  values: ScoreValues,
  refused: readonly number[],
): ArrayLike<number> | readonly (string | null)[] {
  if (score.kind === 'number') return refused.length === 0 ? (values as Float64Array) : withoutRows(values, refused);
  const texts: (string | null)[] = Array.from(values as ArrayLike<number | string>, (value) =>
    asTruth ? String(value === 1) : String(value),
  );
  for (const row of refused) texts[row] = null;
  return texts;
}

function withoutRows(values: ScoreValues, refused: readonly number[]): Float64Array {
  const numbers = Float64Array.from(values as Float64Array);
  for (const row of refused) numbers[row] = Number.NaN;
  return numbers;
}

const evenBins = 10;

/** Bins for scores that no reference has: ten even ones where the contract bounds the score, else a single one. */
function evenReference({ fields }: OutputContract): Reference {
  const scores = fields.flatMap((field) => (field.kind === 'score' ? [emptyProfile(field)] : []));
  return { slipway_reference: 1, model: '', version: '', features: [], scores };
}

function emptyProfile({ name, type, minimum, maximum, enum: categories }: ScoreField): FieldProfile {
  if (type === 'string' || type === 'boolean') {
    const words = type === 'boolean' ? ['false', 'true'] : (categories ?? []).map(String);
    const empty = words.map((value) => ({ value, count: 0 }));
    return { kind: 'category', name, count: 0, missing: 0, categories: empty, other: 0 };
  }
  const edges =
    minimum === null || maximum === null
      ? []
      : Array.from({ length: evenBins - 1 }, (_, at) => minimum + ((maximum - minimum) * (at + 1)) / evenBins);
  const counts = new Array<number>(edges.length + 1).fill(0);
  const unknown = { minimum: null, maximum: null, mean: null, sd: null };
  return { kind: 'number', name, count: 0, missing: 0, ...unknown, edges, counts };
}

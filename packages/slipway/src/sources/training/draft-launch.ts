import type { LaunchFile, RawFeature } from '@slipway/core';
import type { TrainingData } from '../table/training-data.ts';
import { roundedRange } from './rounded-range.ts';

/** What a trained model is called and what people say of it. */
export interface LaunchWords {
  readonly model: string;
  readonly version: string;
  readonly owner: { readonly team: string; readonly contact: string };
  readonly pattern: 'batch' | 'online';
  readonly why: string;
  /** Of a feature, what its numbers count. */
  readonly units: Readonly<Record<string, string>>;
  /** Names of the score and of the decision that the threshold makes of it. */
  readonly score: string;
  readonly decision: string;
}

export interface LaunchParts {
  readonly words: LaunchWords;
  readonly data: Pick<TrainingData, 'features' | 'columns'>;
  readonly label: string;
  readonly unit: string | null;
  readonly context: readonly string[];
  /** Context fields with few values, by which the evaluation is cut. */
  readonly slices: readonly string[];
  readonly threshold: number;
  /** Digest of the artifact, and the golden file, once they exist. */
  readonly digest: string | null;
  readonly golden: boolean;
}

/** Names of the files of a trained model, all in one folder. */
export const launchFiles = {
  artifact: 'model.onnx',
  reference: 'reference.json',
  golden: 'golden.json',
  holdout: 'holdout.csv',
  launch: 'launch.yaml',
} as const;

/** What the owner of the model has to look at, since the trainer could only guess. */
export const toReview = [
  'owner',
  'pattern and why',
  'input ranges',
  'threshold',
  'fallback',
  'slo',
  'rollback',
] as const;

/** A launch file for a trained classifier, with all eight facts filled by what the data tell and cautious defaults. */
export function draftLaunch(parts: LaunchParts): LaunchFile {
  const { words, label, unit, context, slices, threshold, digest, golden } = parts;
  const { model, version, owner, pattern, why, score, decision } = words;
  return {
    slipway: 1,
    model,
    version,
    artifact: launchFiles.artifact,
    ...(digest === null ? {} : { digest }),
    ...(golden ? { golden: launchFiles.golden } : {}),
    owner,
    pattern,
    why,
    input: draftInput(parts),
    ...(unit === null ? {} : { unit }),
    ...(context.length === 0 ? {} : { context }),
    output: {
      [score]: { type: 'number', minimum: 0, maximum: 1, from: 'probabilities', class: 1, nullable: true },
      [decision]: { type: 'boolean', threshold: { on: score, at: threshold }, nullable: true },
    },
    ...cautiousDefaults([score, decision], pattern),
    monitoring: draftMonitoring(true),
    evaluation: { data: launchFiles.holdout, label, ...(slices.length === 0 ? {} : { slices }) },
  };
}

/** What nobody can tell from a model or its data: fallback, objectives and rollback, on the careful side. */
export function cautiousDefaults(
  outputs: readonly string[],
  pattern: LaunchWords['pattern'],
): Pick<LaunchFile, 'fallback' | 'slo' | 'rollback' | 'batch'> {
  return {
    fallback: {
      when: ['error', 'timeout', 'overload'],
      use: Object.fromEntries(outputs.map((name) => [name, null])),
    },
    slo: {
      latency: { within: '200ms', target: 0.95 },
      availability: { target: 0.999 },
      ...(pattern === 'batch' ? { freshness: { within: '26h', target: 0.99 } } : {}),
      window: '30d',
    },
    rollback: {
      to: 'previous',
      when: ['slo_breach', 'contract_violation'],
      procedure: 'Serve the launch file of the version before; where there is none, callers get the fallback.',
    },
    batch: { max_quarantine: '1%' },
  };
}

/** Drift can be watched only where there is a profile to measure it against. */
export function draftMonitoring(reference: boolean): NonNullable<LaunchFile['monitoring']> {
  const metrics = ['latency', 'errors', 'fallbacks'] as const;
  return reference
    ? { metrics: [...metrics, 'prediction_drift', 'feature_drift'], reference: launchFiles.reference }
    : { metrics };
}

function draftInput({ data, words }: LaunchParts): Record<string, RawFeature> {
  return Object.fromEntries(
    data.features.map(({ name, kind }, index): [string, RawFeature] => {
      if (kind === 'boolean') return [name, { type: 'boolean' }];
      const unit = Object.hasOwn(words.units, name) ? { unit: words.units[name] } : {};
      return [name, { type: kind, ...rangeOf(data.columns[index]), ...unit }];
    }),
  );
}

function rangeOf(values: Float64Array): { minimum?: number; maximum?: number } {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return roundedRange(least, greatest) ?? {};
}

import type { LaunchFile, RawOutputField } from '@slipway/core';
import { cautiousDefaults, draftMonitoring, type LaunchWords, launchFiles } from '../training/draft-launch.ts';
import { type ImportFeature, rawFeature } from './import-feature.ts';

export type ImportWords = Pick<LaunchWords, 'model' | 'version' | 'owner'>;

export interface ImportDraft {
  readonly words: ImportWords;
  readonly features: readonly ImportFeature[];
  readonly outputs: Readonly<Record<string, RawOutputField>>;
  readonly digest: string;
  readonly golden: boolean;
  readonly reference: boolean;
  /** Without one a model that fails says so: needed while examples are made. */
  readonly fallback: boolean;
}

/** The launch file of an imported model: what its file and the sample tell, and cautious defaults for the rest. */
export function draftImport({
  words,
  features,
  outputs,
  digest,
  golden,
  reference,
  fallback,
}: ImportDraft): LaunchFile {
  const pattern = 'batch';
  const defaults = cautiousDefaults(Object.keys(outputs), pattern);
  return {
    slipway: 1,
    model: words.model,
    version: words.version,
    artifact: launchFiles.artifact,
    digest,
    ...(golden ? { golden: launchFiles.golden } : {}),
    owner: words.owner,
    pattern,
    why: 'The simplest pattern: files are scored on a schedule, and nobody waits for one answer.',
    input: Object.fromEntries(features.map((feature) => [feature.name, rawFeature(feature)])),
    output: outputs,
    ...(fallback ? defaults : withoutFallback(defaults)),
    monitoring: draftMonitoring(reference),
  };
}

function withoutFallback<T extends { readonly fallback?: unknown }>({ fallback: _, ...rest }: T): Omit<T, 'fallback'> {
  return rest;
}

import type { Launch, Reference } from '@slipway/core';

/**
 * Why a reference profile is not that of this launch file, or null. Its version is where it was made: a version that only
 * moves a threshold keeps the profile of the one before.
 */
export function referenceFault(launch: Launch, reference: Reference): string | null {
  if (reference.model !== launch.model) return `The reference is of the model ${reference.model}, not ${launch.model}.`;
  const features = missingNames(launch.input.features, reference.features);
  if (features !== null) return `The reference knows nothing of the feature ${features}.`;
  const scores = launch.output.fields.filter((field) => field.kind === 'score' && field.type === 'number');
  const unknown = missingNames(scores, reference.scores);
  return unknown === null ? null : `The reference knows nothing of the score ${unknown}.`;
}

function missingNames(
  wanted: readonly { readonly name: string }[],
  known: readonly { readonly name: string }[],
): string | null {
  const names = new Set(known.map((profile) => profile.name));
  return wanted.find((field) => !names.has(field.name))?.name ?? null;
}

import { fail } from '@slipway/core';
import type { ModelEntry, ModelRepository } from '../models/model-repository.ts';

/**
 * Serves a model again, or for the first time where the name is a reference into the registry (`NAME@VERSION`,
 * `NAME@ALIAS`) or a folder of those that the server was told of. Other files are opened only where the server was
 * started with them: a caller must not name paths of this machine. Raises MODEL_NOT_FOUND and what opening raises.
 */
export async function loadModel(repository: ModelRepository, name: string): Promise<void> {
  const entries = entriesOf(repository, name);
  if (entries.length > 0) {
    for (const { reference } of entries) await repository.load(reference);
    return;
  }
  const reference = await repository.referenceOf(name);
  if (reference === null) throw unknownModel(name);
  await repository.load(reference);
}

/** Serves a model no more. Raises MODEL_NOT_FOUND. */
export function unloadModel(repository: ModelRepository, name: string): void {
  const entries = entriesOf(repository, name);
  if (entries.length === 0) throw unknownModel(name);
  for (const { reference } of entries) repository.unload(reference);
}

/** Those that the server was told of by this reference, or else all of this name. */
function entriesOf(repository: ModelRepository, name: string): readonly ModelEntry[] {
  const entries = repository.entries();
  const exact = entries.filter(({ reference }) => reference === name);
  return exact.length > 0 ? exact : entries.filter((entry) => entry.name === name);
}

/** Parameters of a call to load or to unload. */
export type RepositoryParameters = Readonly<Record<string, unknown>>;

/** Raises INFER_REQUEST_INVALID for contents of a model: what a version is made of never changes. */
export function refuseContents(parameters: RepositoryParameters): void {
  const refused = Object.keys(parameters).find((name) => name === 'config' || name.startsWith('file:'));
  if (refused === undefined) return;
  throw fail('INFER_REQUEST_INVALID', {
    message: `The parameter ${JSON.stringify(refused.slice(0, 60))} would change what is served.`,
    hint: 'A version is immutable: push another to the registry, and load that.',
  });
}

function unknownModel(name: string): Error {
  const message = `There is no model ${JSON.stringify(name.slice(0, 100))} here.`;
  return fail('MODEL_NOT_FOUND', {
    message,
    hint: 'Name one that the server was started with, NAME@VERSION or NAME@ALIAS of the registry, or a subfolder of --models.',
  });
}

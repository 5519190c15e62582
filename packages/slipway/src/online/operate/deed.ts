import type { ModelRepository } from '../models/model-repository.ts';
import { loadModel, unloadModel } from './load-model.ts';

/** What an operator had done to a server while it ran, as one of several workers tells it to the others. */
export type Deed =
  | { readonly kind: 'load'; readonly name: string }
  | { readonly kind: 'unload'; readonly name: string }
  | { readonly kind: 'fallback'; readonly model: string; readonly on: boolean };

/** Does it here, and then has the other workers do it, if there are any. Raises what it raises here. */
export async function carryOut(repository: ModelRepository, deed: Deed): Promise<void> {
  await doHere(repository, deed);
  await repository.share(deed);
}

/** Raises MODEL_NOT_FOUND, and for `load` what opening raises. */
export async function doHere(repository: ModelRepository, deed: Deed): Promise<void> {
  if (deed.kind === 'load') await loadModel(repository, deed.name);
  else if (deed.kind === 'unload') unloadModel(repository, deed.name);
  else repository.killSwitch.turn(deed.model, deed.on);
}

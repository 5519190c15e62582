import type { ServerState } from '../server-state.ts';
import { draining, notReady } from '../server-state.ts';
import type { SwitchedBy } from './kill-switch.ts';
import type { ModelEntry, ModelRepository, ModelState } from './model-repository.ts';

/** What a server says of one of its models. */
export interface ModelStatus {
  readonly model: string | null;
  /** The version that answers; null where none does. */
  readonly version: string | null;
  /** The alias that it follows. */
  readonly alias: string | null;
  readonly state: ModelState;
  /** Whether a person has switched it off, so that its fallback answers. */
  readonly switched_off: boolean;
  /** Who did: somebody at this server, or the registry. */
  readonly switched_by: readonly SwitchedBy[];
  readonly engine: string | null;
  readonly digest: string | null;
  /** Why it failed, or why the version that it should serve by now is not served; else null. */
  readonly reason: { readonly code: string; readonly message: string } | null;
}

export function modelIndex(repository: ModelRepository): readonly ModelStatus[] {
  return repository.entries().map((entry) => statusOf(entry, repository));
}

function statusOf({ name, alias, state, slot, trouble }: ModelEntry, repository: ModelRepository): ModelStatus {
  const served = slot.current();
  return {
    model: name,
    version: served?.version ?? null,
    alias,
    state,
    switched_off: name !== null && repository.killSwitch.isOff(name),
    switched_by: name === null ? [] : repository.killSwitch.by(name),
    engine: served?.model.predictor.session.engine ?? null,
    digest: served?.model.artifact.digest ?? null,
    reason: trouble === null ? null : { code: trouble.code, message: trouble.message },
  };
}

/**
 * Ready is a server whose every model would answer, except those that it was told to unload; one without models is not.
 * Raises SERVER_DRAINING, MODEL_NOT_READY.
 */
export function readiness(repository: ModelRepository, state: ServerState): object {
  if (state.draining) throw draining();
  const wanted = repository.entries().filter((entry) => entry.state !== 'unloaded');
  if (wanted.length === 0) throw notReady();
  const missing = wanted.find(({ slot }) => slot.current() === null);
  if (missing !== undefined) throw notReady(missing);
  return { ready: true, models: wanted.map((entry) => statusOf(entry, repository)) };
}

export function isReady(repository: ModelRepository, { draining }: ServerState): boolean {
  const wanted = repository.entries().filter((entry) => entry.state !== 'unloaded');
  return !draining && wanted.length > 0 && wanted.every(({ slot }) => slot.current() !== null);
}

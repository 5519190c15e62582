import { fail, nearest, type SlipwayError } from '@slipway/core';
import { notReady } from '../server-state.ts';
import type { ModelEntry } from './model-repository.ts';
import type { ServedModel } from './model-slot.ts';

/** Entries of each model, those that were told first in front. */
export type EntriesByName = ReadonlyMap<string, readonly ModelEntry[]>;

/** The version that answers, or null: the first one that is open, of the version or alias that is asked for. */
export function findServed(
  byName: EntriesByName,
  name: string | undefined,
  version: string | undefined,
): ServedModel | null {
  const named = name === undefined ? only(byName) : byName.get(name);
  if (named === undefined) return null;
  for (let at = 0; at < named.length; at++) {
    const { alias, slot } = named[at] as ModelEntry;
    const served = slot.current();
    if (served === null) continue;
    if (version === undefined || served.version === version || alias === version) return served;
  }
  return null;
}

/** The entries of the only model that there is, or that answers: one that was unloaded is no reason to ask which. */
function only(byName: EntriesByName): readonly ModelEntry[] | undefined {
  if (byName.size === 1) return byName.values().next().value;
  const answering = [...byName.values()].filter((named) => named.some(({ slot }) => slot.current() !== null));
  return answering.length === 1 ? answering[0] : undefined;
}

/** Why no version answers: MODEL_NOT_FOUND with what was probably meant, or MODEL_NOT_READY. */
export function whyNotServed(
  byName: EntriesByName,
  name: string | undefined,
  version: string | undefined,
): SlipwayError {
  const names = [...byName.keys()];
  const named = name === undefined ? only(byName) : byName.get(name);
  if (named !== undefined) {
    const versions = named.flatMap(({ slot }) => slot.current()?.version ?? []);
    if (version === undefined || versions.length === 0) return unready(named);
    const message = `There is no version ${quoted(version)} of ${quoted(named[0]?.name ?? '')} here, but ${versions.join(', ')}.`;
    return fail('MODEL_NOT_FOUND', { message });
  }
  if (names.length === 0) return notReady();
  const all = names.map(quoted).join(', ');
  if (name === undefined) {
    const message = `Several models are served: ${all}.`;
    return fail('MODEL_NOT_FOUND', { message, hint: 'Name one: POST /models/{model}/predict.' });
  }
  const near = nearest(name, names);
  const rest = names.length === 1 ? `the one that is served is ${all}` : `those that are served are ${all}`;
  const hint = near === null ? undefined : `Did you mean ${near}?`;
  return fail('MODEL_NOT_FOUND', { message: `There is no model ${quoted(name)} here; ${rest}.`, hint });
}

function unready(named: readonly ModelEntry[]): SlipwayError {
  const unloaded = named.every(({ state }) => state === 'unloaded');
  if (!unloaded) return notReady();
  return fail('MODEL_NOT_FOUND', { message: `${quoted(named[0]?.name ?? '')} was unloaded.` });
}

function quoted(text: string): string {
  return JSON.stringify(text.length <= 100 ? text : `${text.slice(0, 100)}…`);
}

import { asSlipwayError, fail, type SlipwayError } from '@slipway/core';
import type { OnlineLog, OnlineMeter, OnlineModel } from '../ports.ts';
import { type EntriesByName, findServed, whyNotServed } from './find-served.ts';
import { createModelSlot, type ModelSlot, type ServedModel } from './model-slot.ts';

/** Where a model of the server stands. Only a `ready` one answers. */
export type ModelState = 'loading' | 'ready' | 'failed' | 'unloaded';

/** A model that the server was told to serve, by what it was told: a launch file, or a reference into the registry. */
export interface ModelEntry {
  /** `launch.yaml`, `learner-risk@production`, `learner-risk@1.2.0`. */
  readonly reference: string;
  /** The alias that it follows, which names it in place of a version; null where there is none. */
  readonly alias: string | null;
  readonly slot: ModelSlot;
  /** The model's name, once it is known. */
  readonly name: string | null;
  readonly state: ModelState;
  /** Why it failed, or why the version that it should serve by now is not served. */
  readonly trouble: SlipwayError | null;
}

export interface ModelRepository<M extends OnlineModel = OnlineModel> {
  /**
   * The version that answers for a name, by default the only model; of several versions the one that was told first,
   * unless a version or an alias says which. Raises MODEL_NOT_FOUND, MODEL_NOT_READY.
   */
  locate(name?: string, version?: string): ServedModel;
  /** The same, or null. */
  find(name?: string, version?: string): ServedModel | null;
  /** Every model that the server was told to serve and was not told to forget, in the order of telling. */
  entries(): readonly ModelEntry[];
  /** Opens a model and serves it, or opens one that is served anew. Raises what opening raises. */
  load(reference: string): Promise<void>;
  /** Serves a model that is open already, as if it had been loaded. */
  adopt(reference: string, model: M): void;
  /** Serves a model no more: requests that have begun are answered. Raises MODEL_NOT_FOUND. */
  unload(reference: string): void;
  /**
   * The kill switch: a model that is switched off answers by its fallback alone, in every version, until it is switched
   * on again. A name that is not served is remembered too.
   */
  switchOff(name: string, isOff: boolean): void;
  isSwitchedOff(name: string): boolean;
  /** Takes all models out of service, and ends what follows their changes. */
  close(): void;
}

export interface RepositoryOptions<M extends OnlineModel> {
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly open: (reference: string) => Promise<M>;
  /** The name and the alias that a reference into the registry has; null for a launch file. */
  readonly parse: (reference: string) => { readonly name: string; readonly alias: string | null } | null;
  /** Keeps an entry in step with its files, or its alias, from then on; answers how to end it. */
  readonly follow: (entry: FollowedEntry<M>, first: M) => () => void;
}

/** What following needs of an entry. */
export interface FollowedEntry<M extends OnlineModel> {
  readonly reference: string;
  readonly slot: ModelSlot;
  readonly open: () => Promise<M>;
  /** Tells why the newest version is not served, and with null that it is. */
  readonly trouble: (error: SlipwayError | null) => void;
}

interface Entry extends ModelEntry {
  name: string | null;
  state: ModelState;
  trouble: SlipwayError | null;
  unfollow: () => void;
  /** How often it was unloaded: a model that opens after that is not wanted. */
  unloads: number;
}

/** The models of one server. */
export function createModelRepository<M extends OnlineModel>(options: RepositoryOptions<M>): ModelRepository<M> {
  const { open, parse, follow } = options;
  const entries = new Map<string, Entry>();
  const switchedOff = new Set<string>();
  const isSwitchedOff = (name: string) => switchedOff.has(name);
  let byName: EntriesByName = new Map();

  function reindex(): void {
    for (const entry of entries.values()) entry.name = entry.slot.current()?.name ?? entry.name;
    const named = [...entries.values()].filter((entry) => entry.name !== null);
    byName = Map.groupBy(named, (entry) => entry.name as string);
  }

  function entryOf(reference: string): Entry {
    const known = entries.get(reference);
    if (known !== undefined) return known;
    const parsed = parse(reference);
    const slot = createModelSlot({ ...options, isSwitchedOff, onChange: reindex });
    const { name = null, alias = null } = parsed ?? {};
    const entry: Entry = {
      reference,
      alias,
      slot,
      name,
      state: 'loading',
      trouble: null,
      unfollow: () => {},
      unloads: 0,
    };
    entries.set(reference, entry);
    reindex();
    return entry;
  }

  async function load(reference: string): Promise<void> {
    const entry = entryOf(reference);
    const isServed = entry.slot.current() !== null;
    const { unloads } = entry;
    if (!isServed) entry.state = 'loading';
    try {
      const model = await open(reference);
      if (entries.get(reference) !== entry || entry.unloads !== unloads) return await model.close();
      serve(entry, model);
    } catch (thrown) {
      entry.trouble = asSlipwayError(thrown);
      if (!isServed && entry.unloads === unloads) entry.state = 'failed';
      throw thrown;
    }
  }

  function serve(entry: Entry, model: M): void {
    const { reference, slot } = entry;
    entry.unfollow();
    entry.state = 'ready';
    entry.trouble = null;
    slot.put(model);
    const trouble = (error: SlipwayError | null) => {
      entry.trouble = error;
    };
    entry.unfollow = follow({ reference, slot, open: () => open(reference), trouble }, model);
  }

  return {
    find: (name, version) => findServed(byName, name, version),
    locate(name, version) {
      const served = findServed(byName, name, version);
      if (served !== null) return served;
      throw whyNotServed(byName, name, version);
    },
    entries: () => [...entries.values()],
    load,
    adopt: (reference, model) => serve(entryOf(reference), model),
    unload(reference) {
      const entry = entries.get(reference);
      if (entry === undefined)
        throw fail('MODEL_NOT_FOUND', { message: `No model is served as ${JSON.stringify(reference)}.` });
      entry.unfollow();
      entry.unfollow = () => {};
      entry.unloads += 1;
      entry.state = 'unloaded';
      entry.trouble = null;
      entry.slot.clear();
    },
    switchOff(name, isOff) {
      if (isOff) switchedOff.add(name);
      else switchedOff.delete(name);
    },
    isSwitchedOff,
    close() {
      for (const entry of entries.values()) {
        entry.unfollow();
        entry.slot.clear();
      }
      entries.clear();
      reindex();
    },
  };
}

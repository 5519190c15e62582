import { asSlipwayError, fail, type SlipwayError } from '@slipway/core';
import type { Deed } from '../operate/deed.ts';
import type { OnlineLog, OnlineMeter, OnlineModel } from '../ports.ts';
import { type EntriesByName, findServed, whyNotServed } from './find-served.ts';
import type { KillSwitch } from './kill-switch.ts';
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
  /** Whether there are others, so that a line of the log has to say which. */
  hasSeveral(): boolean;
  /** What a name that is not served yet may be loaded by; null where it may not. */
  referenceOf(name: string): Promise<string | null>;
  /** Has the other workers of this server, if there are any, do what was done here. Resolves when they have tried. */
  share(deed: Deed): Promise<void>;
  /** Says what is to be served from the start: until it is, the server is not ready. */
  declare(references: readonly string[]): void;
  /**
   * Opens a model and serves it, or opens one that is served anew. What was not declared is known only when it is open:
   * one that cannot be opened changes nothing. Raises what opening raises.
   */
  load(reference: string): Promise<void>;
  /** Serves a model that is open already, as if it had been loaded. */
  adopt(reference: string, model: M): void;
  /** Serves a model no more: requests that have begun are answered. Raises MODEL_NOT_FOUND. */
  unload(reference: string): void;
  readonly killSwitch: KillSwitch;
  /** Takes all models out of service, and ends what follows their changes. */
  close(): void;
}

export interface RepositoryOptions<M extends OnlineModel> {
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  readonly killSwitch: KillSwitch;
  readonly open: (reference: string) => Promise<M>;
  /** The name and the alias that a reference into the registry has; null for a launch file. */
  readonly parse: (reference: string) => { readonly name: string; readonly alias: string | null } | null;
  /** The reference that a caller may have loaded by this name; by default none. */
  readonly referenceOf?: (name: string) => Promise<string | null>;
  /** How the other workers are told; by default there are none. */
  readonly share?: (deed: Deed) => Promise<void>;
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
  const entries = new Entries(options);

  return {
    killSwitch: options.killSwitch,
    find: (name, version) => findServed(entries.byName, name, version),
    locate(name, version) {
      const served = findServed(entries.byName, name, version);
      if (served !== null) return served;
      throw whyNotServed(entries.byName, name, version);
    },
    hasSeveral: () => entries.byName.size > 1,
    entries: () => entries.all(),
    referenceOf: async (name) => (await options.referenceOf?.(name)) ?? null,
    share: async (deed) => options.share?.(deed),
    declare(references) {
      for (const reference of references) entries.of(reference);
    },
    load: (reference) => load(entries, options, reference),
    adopt: (reference, model) => serve(entries.of(reference), model, options),
    unload(reference) {
      const entry = entries.known(reference);
      if (entry === undefined)
        throw fail('MODEL_NOT_FOUND', { message: `No model is served as ${JSON.stringify(reference)}.` });
      entry.unloads += 1;
      entry.state = 'unloaded';
      entry.trouble = null;
      takeOut(entry);
    },
    close: () => entries.clear(),
  };
}

/** The entries in the order of telling, and by the names of their models. */
class Entries<M extends OnlineModel> {
  byName: EntriesByName = new Map();
  readonly #options: RepositoryOptions<M>;
  readonly #byReference = new Map<string, Entry>();

  constructor(options: RepositoryOptions<M>) {
    this.#options = options;
  }

  all(): readonly Entry[] {
    return [...this.#byReference.values()];
  }

  known(reference: string): Entry | undefined {
    return this.#byReference.get(reference);
  }

  /** The entry of a reference, which is made where there is none. */
  of(reference: string): Entry {
    const known = this.#byReference.get(reference);
    if (known !== undefined) return known;
    const { name = null, alias = null } = this.#options.parse(reference) ?? {};
    const slot = createModelSlot({
      ...this.#options,
      isSwitchedOff: this.#options.killSwitch.isOff,
      onChange: () => this.#reindex(),
    });
    const state = { name, state: 'loading', trouble: null, unfollow: () => {}, unloads: 0 } as const;
    const entry: Entry = { reference, alias, slot, ...state };
    this.#byReference.set(reference, entry);
    this.#reindex();
    return entry;
  }

  clear(): void {
    const all = this.all();
    this.#byReference.clear();
    for (const entry of all) takeOut(entry);
    this.#reindex();
  }

  #reindex(): void {
    for (const entry of this.#byReference.values()) entry.name = entry.slot.current()?.name ?? entry.name;
    const named = this.all().filter((entry) => entry.name !== null);
    this.byName = Map.groupBy(named, (entry) => entry.name as string);
  }
}

async function load<M extends OnlineModel>(
  entries: Entries<M>,
  options: RepositoryOptions<M>,
  reference: string,
): Promise<void> {
  const entry = entries.known(reference);
  if (entry === undefined) {
    const model = await options.open(reference);
    serve(entries.of(reference), model, options);
    return;
  }
  const { unloads } = entry;
  if (entry.slot.current() === null) entry.state = 'loading';
  try {
    const model = await options.open(reference);
    if (entries.known(reference) !== entry || entry.unloads !== unloads) return await model.close();
    serve(entry, model, options);
  } catch (thrown) {
    if (entry.unloads === unloads) {
      entry.trouble = asSlipwayError(thrown);
      // Another load may have succeeded meanwhile.
      if (entry.slot.current() === null) entry.state = 'failed';
    }
    throw thrown;
  }
}

function serve<M extends OnlineModel>(entry: Entry, model: M, { open, follow }: RepositoryOptions<M>): void {
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

function takeOut(entry: Entry): void {
  entry.unfollow();
  entry.unfollow = () => {};
  entry.slot.clear();
}

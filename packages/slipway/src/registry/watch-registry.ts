import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { Every } from '../system/timers.ts';
import { switchedOffModels } from './fallback-switch.ts';
import type { ModelReference } from './model-reference.ts';
import type { Registry } from './ports.ts';
import type { AuditHead } from './types.ts';

export type Watched = Pick<Registry, 'auditHead' | 'alias' | 'records' | 'close'>;

export interface WatchRegistryOptions {
  /** 0 looks once, and never again. */
  readonly everyMs: number;
  readonly every: Every;
  readonly open: () => Promise<Watched>;
  /** Called with all models that are switched off, whenever anything in the registry has changed. */
  readonly onSwitches: (models: ReadonlySet<string>) => void;
  /** Called at the first look of a row that gets no answer, and with null at the first that gets one again. */
  readonly onTrouble: (error: SlipwayError | null) => void;
}

/** What somebody who follows an alias is told at each look: where it leads, or why that is not known. */
export interface AliasListener {
  leadsTo(version: string): void;
  /** ALIAS_NOT_FOUND: it was removed. REGISTRY_UNAVAILABLE. */
  isLost(error: SlipwayError): void;
}

export interface RegistryWatch {
  /** Resolves when the registry was looked at for the first time, also where it gave no answer. */
  begin(): Promise<void>;
  /** Tells at each look where an alias leads; answers how to end it. */
  follow(reference: ModelReference, listener: AliasListener): () => void;
  end(): void;
}

interface Follower {
  readonly reference: ModelReference;
  readonly listener: AliasListener;
  /** As of the last look that found a change; null until then. */
  found: string | SlipwayError | null;
}

/**
 * Looks at the registry now and then, with one connection for however many aliases and switches. Every change there is
 * in the audit log, so that a look costs one row as long as the end of the log is where it was.
 */
export function watchRegistry(options: WatchRegistryOptions): RegistryWatch {
  const looks = new Looks(options);
  let begun: Promise<void> | null = null;
  let stop = () => {};
  return {
    begin() {
      if (begun === null && options.everyMs > 0) stop = options.every(options.everyMs, () => void looks.look());
      begun ??= looks.look();
      return begun;
    },
    follow: (reference, listener) => looks.follow({ reference, listener, found: null }),
    end() {
      stop();
      looks.end();
    },
  };
}

class Looks {
  readonly #options: WatchRegistryOptions;
  readonly #followers = new Set<Follower>();
  #registry: Watched | null = null;
  #seen: AuditHead | null = null;
  #looking: Promise<void> | null = null;
  #isTroubled = false;
  #ended = false;

  constructor(options: WatchRegistryOptions) {
    this.#options = options;
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }

  look(): Promise<void> {
    this.#looking ??= this.#tryLook().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  end(): void {
    this.#ended = true;
    if (this.#looking === null) void this.#close();
  }

  async #tryLook(): Promise<void> {
    const { open, onTrouble } = this.#options;
    try {
      this.#registry ??= await open();
      await this.#readChanges(this.#registry);
      if (this.#isTroubled && !this.#ended) onTrouble(null);
      this.#isTroubled = false;
      this.#tellAll();
    } catch (thrown) {
      const error = asSlipwayError(thrown);
      if (!this.#isTroubled && !this.#ended) onTrouble(error);
      this.#isTroubled = true;
      if (!this.#ended) for (const { listener } of this.#followers) listener.isLost(error);
      await this.#close();
    }
    if (this.#ended) await this.#close();
  }

  async #readChanges(from: Watched): Promise<void> {
    // Before the rest is read: what changes meanwhile is found at the next look.
    const head = await from.auditHead();
    const isSame = head.sequence === this.#seen?.sequence && head.hash === this.#seen.hash;
    for (const follower of this.#followers)
      if (!isSame || follower.found === null) follower.found = await whereTo(from, follower.reference);
    if (isSame) return;
    const switches = await switchedOffModels(from);
    if (!this.#ended) this.#options.onSwitches(switches);
    this.#seen = head;
  }

  #tellAll(): void {
    for (const { found, listener } of this.#ended ? [] : this.#followers) {
      if (typeof found === 'string') listener.leadsTo(found);
      else if (found !== null) listener.isLost(found);
    }
  }

  async #close(): Promise<void> {
    const open = this.#registry;
    this.#registry = null;
    await open?.close().catch(() => {});
  }
}

/** Where an alias leads; that it is not there is an answer, too. */
async function whereTo(registry: Watched, { model, at }: ModelReference): Promise<string | SlipwayError> {
  try {
    return (await registry.alias(model, at)).version;
  } catch (thrown) {
    const error = asSlipwayError(thrown);
    if (error.code === 'ALIAS_NOT_FOUND') return error;
    throw error;
  }
}

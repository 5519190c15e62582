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
  const { everyMs, every, open, onSwitches, onTrouble } = options;
  const followers = new Set<Follower>();
  let registry: Watched | null = null;
  let seen: AuditHead | null = null;
  let looking: Promise<void> | null = null;
  let begun: Promise<void> | null = null;
  let stop = () => {};
  let isTroubled = false;
  let ended = false;

  function look(): Promise<void> {
    looking ??= tryLook().finally(() => {
      looking = null;
    });
    return looking;
  }

  async function tryLook(): Promise<void> {
    try {
      registry ??= await open();
      await readChanges(registry);
      if (isTroubled && !ended) onTrouble(null);
      isTroubled = false;
      tellAll();
    } catch (thrown) {
      const error = asSlipwayError(thrown);
      if (!isTroubled && !ended) onTrouble(error);
      isTroubled = true;
      if (!ended) for (const { listener } of followers) listener.isLost(error);
      await close();
    }
    if (ended) await close();
  }

  async function readChanges(from: Watched): Promise<void> {
    // Before the rest is read: what changes meanwhile is found at the next look.
    const head = await from.auditHead();
    const isSame = seen !== null && head.sequence === seen.sequence && head.hash === seen.hash;
    for (const follower of followers)
      if (!isSame || follower.found === null) follower.found = await whereTo(from, follower.reference);
    if (isSame) return;
    const switches = await switchedOffModels(from);
    if (!ended) onSwitches(switches);
    seen = head;
  }

  function tellAll(): void {
    for (const { found, listener } of ended ? [] : followers) {
      if (typeof found === 'string') listener.leadsTo(found);
      else if (found !== null) listener.isLost(found);
    }
  }

  async function close(): Promise<void> {
    const open = registry;
    registry = null;
    await open?.close().catch(() => {});
  }

  return {
    begin() {
      if (begun === null && everyMs > 0) stop = every(everyMs, () => void look());
      begun ??= look();
      return begun;
    },
    follow(reference, listener) {
      const follower: Follower = { reference, listener, found: null };
      followers.add(follower);
      return () => {
        followers.delete(follower);
      };
    },
    end() {
      ended = true;
      stop();
      if (looking === null) void close();
    },
  };
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

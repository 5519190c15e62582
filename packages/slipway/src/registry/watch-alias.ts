import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { Every } from '../system/timers.ts';
import type { ModelReference } from './model-reference.ts';
import type { Registry } from './ports.ts';

export interface WatchAliasOptions {
  readonly reference: ModelReference;
  /** The version that is served. */
  readonly served: string;
  readonly everyMs: number;
  readonly every: Every;
  readonly open: () => Promise<Registry>;
  /** Called at each look that finds another version. */
  readonly onMove: () => void;
  /** Called at the first look of a row that gets no answer, and with null at the first that gets one again. */
  readonly onTrouble: (error: SlipwayError | null) => void;
}

/** Asks the registry now and then where an alias points to. Answers how to end it. */
export function watchAlias(options: WatchAliasOptions): () => void {
  const { reference, served, everyMs, every, open, onMove, onTrouble } = options;
  let registry: Registry | null = null;
  let isLooking = false;
  let isTroubled = false;
  let ended = false;

  async function look(): Promise<void> {
    try {
      registry ??= await open();
      const { version } = await registry.alias(reference.model, reference.at);
      if (isTroubled && !ended) onTrouble(null);
      isTroubled = false;
      if (version !== served && !ended) onMove();
    } catch (thrown) {
      if (!isTroubled && !ended) onTrouble(asSlipwayError(thrown));
      isTroubled = true;
      await close();
    }
    if (ended) await close();
  }

  async function close(): Promise<void> {
    const open = registry;
    registry = null;
    await open?.close().catch(() => {});
  }

  const stop = every(everyMs, () => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  });
  return () => {
    ended = true;
    stop();
    if (!isLooking) void close();
  };
}

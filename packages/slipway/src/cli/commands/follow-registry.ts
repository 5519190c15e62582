import { keepUp } from '../../online/models/keep-up.ts';
import type { KillSwitch } from '../../online/models/kill-switch.ts';
import type { FollowedEntry } from '../../online/models/model-repository.ts';
import type { OnlineLog, OnlineMeter } from '../../online/ports.ts';
import type { Model } from '../../open-model.ts';
import { keepLastSwitches, lastSwitches } from '../../registry/last-known.ts';
import { isAlias, parseReference } from '../../registry/model-reference.ts';
import { registryOf, registryPlace } from '../../registry/place.ts';
import { type RegistryWatch, watchRegistry } from '../../registry/watch-registry.ts';
import { afterTimeoutAwake, everyInterval } from '../../system/timers.ts';
import type { Io } from '../io.ts';
import { surroundingsOf } from '../surroundings.ts';

export interface FollowRegistryOptions {
  readonly log: OnlineLog;
  readonly meter: OnlineMeter;
  readonly killSwitch: KillSwitch;
  /** 0 never asks again. */
  readonly everyMs: number;
  readonly io: Io;
}

/** A registry that says nothing for so long is taken as gone, so that a start does not wait for it twice. */
const firstLookMs = 2000;

/** The registry as a server follows it: one connection for all aliases and the kill switch. */
export function followRegistry(options: FollowRegistryOptions): RegistryWatch {
  const { log, meter, killSwitch, everyMs, io } = options;
  const place = registryPlace(surroundingsOf(io));
  let hasLooked = false;
  const watch = watchRegistry({
    everyMs,
    every: everyInterval,
    open: () => registryOf(surroundingsOf(io)),
    onSwitches(models) {
      hasLooked = true;
      meter.registry(true);
      killSwitch.follow(models);
      void keepLastSwitches(place, models);
    },
    onTrouble(error) {
      meter.registry(error === null);
      if (error === null) log.info({}, 'the registry answers again');
      else {
        const { code, message: reason, hint } = error;
        log.warn({ code, reason, hint }, 'the registry does not answer; what is served goes on');
      }
    },
  });
  return {
    ...watch,
    async begin() {
      await Promise.race([watch.begin(), new Promise<void>((resolve) => afterTimeoutAwake(firstLookMs, resolve))]);
      // What was switched off stays so over a restart, also where nobody can be asked.
      if (!hasLooked) killSwitch.follow(await lastSwitches(place));
    },
  };
}

/** Keeps an entry at the version that its alias leads to; answers how to end it. */
export function followAlias(
  watch: RegistryWatch,
  { reference, slot, open, trouble }: FollowedEntry<Model>,
  first: Model,
  { log, everyMs }: Pick<FollowRegistryOptions, 'log' | 'everyMs'>,
): () => void {
  if (first.lastKnown !== null) trouble(first.lastKnown.error);
  const asked = parseReference(reference);
  if (asked === null || !isAlias(asked) || everyMs === 0) return () => {};
  const { version } = first.launch;
  const keeper = keepUp<Model>({ log, served: version, open, put: (model) => slot.put(model), trouble });
  const stop = watch.follow(asked, { leadsTo: keeper.want, isLost: keeper.lose });
  return () => {
    stop();
    keeper.end();
  };
}

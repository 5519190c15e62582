import { type ReloadOptions, reloadOnChange } from '../../online/reload.ts';
import type { Model } from '../../open-model.ts';
import { isAlias, parseReference } from '../../registry/model-reference.ts';
import { registryOf } from '../../registry/place.ts';
import { watchAlias } from '../../registry/watch-alias.ts';
import { everyInterval } from '../../system/timers.ts';
import type { Io } from '../io.ts';
import { surroundingsOf } from '../surroundings.ts';

export interface FollowOptions extends Pick<ReloadOptions<Model>, 'slot' | 'log' | 'open' | 'trouble'> {
  /** `NAME@ALIAS`, as it was asked for. */
  readonly path: string;
  /** 0 never asks. */
  readonly everyMs: number;
  readonly io: Io;
}

/**
 * Serves the version that the alias points to, also when it moves. While the registry gives no answer, and where the
 * next version cannot be opened, the one before goes on serving. Answers how to end it.
 */
export function followAlias({ slot, log, open, trouble, path, everyMs, io }: FollowOptions, first: Model): () => void {
  const reference = parseReference(path);
  if (reference === null || !isAlias(reference) || everyMs === 0) return () => {};
  const filesOf = ({ launch }: Model) => [launch.version];
  const watch = ([served = '']: readonly string[], onChange: () => void) =>
    watchAlias({
      reference,
      served,
      everyMs,
      every: everyInterval,
      open: () => registryOf(surroundingsOf(io)),
      onMove: onChange,
      onTrouble(error) {
        trouble(error);
        if (error === null) log.info({ reference: path }, 'the registry answers again');
        else {
          const { code, message: reason, hint } = error;
          log.warn({ code, reason, hint, reference: path }, 'the registry does not answer; the model goes on serving');
        }
      },
    });
  return reloadOnChange({ slot, log, open, trouble, filesOf, watch, changedBefore: async () => false }, first);
}

import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { ModelSlot } from './models/model-slot.ts';
import type { OnlineLog, OnlineModel } from './ports.ts';

export interface ReloadOptions<M extends OnlineModel> {
  readonly slot: ModelSlot;
  readonly log: OnlineLog;
  readonly open: () => Promise<M>;
  /** Told why the change cannot be served, and with null that what is newest is served. */
  readonly trouble: (error: SlipwayError | null) => void;
  /** The files that a model was made of. */
  readonly filesOf: (model: M) => readonly string[];
  /** Watches files until the answered function is called. */
  readonly watch: (files: readonly string[], onChange: () => void) => () => void;
  /** Whether any of the files has changed since the first model began to open. */
  readonly changedBefore: (files: readonly string[]) => Promise<boolean>;
}

/**
 * Keeps the model in step with its files while somebody works on them. What cannot be opened changes nothing: the
 * model before it goes on serving, and the log says why. Answers how to end it.
 */
export function reloadOnChange<M extends OnlineModel>(options: ReloadOptions<M>, first: M): () => void {
  const { slot, log, open, trouble, filesOf, watch, changedBefore } = options;
  let ended = false;
  let opening: Promise<void> | null = null;
  let changedMeanwhile = false;
  let files = filesOf(first);
  let stop = watch(files, changed);
  // What was saved while the first model opened was not watched yet.
  void changedBefore(files).then((yes) => {
    if (yes) changed();
  });

  function changed(): void {
    if (ended) return;
    // A change in the middle of an opening may or may not be in what it reads, so it is opened once more.
    if (opening !== null) changedMeanwhile = true;
    else opening = reload().finally(next);
  }

  function next(): void {
    opening = null;
    if (!changedMeanwhile || ended) return;
    changedMeanwhile = false;
    changed();
  }

  async function reload(): Promise<void> {
    try {
      const model = await open();
      if (ended) return await model.close();
      slot.put(model);
      trouble(null);
      watchInstead(filesOf(model));
      log.info({ model: model.launch.model, version: model.launch.version }, 'serving the changed files');
    } catch (thrown) {
      const error = asSlipwayError(thrown);
      const { code, message, where, hint } = error;
      trouble(error);
      log.error({ code, reason: message, where, hint }, 'the change cannot be served; the model before it stays');
    }
  }

  /** Files that stay the same stay watched: a change that is just being noticed must not get lost. */
  function watchInstead(others: readonly string[]): void {
    if (others.join('\n') === files.join('\n')) return;
    stop();
    files = others;
    stop = watch(files, changed);
  }

  return () => {
    ended = true;
    stop();
  };
}

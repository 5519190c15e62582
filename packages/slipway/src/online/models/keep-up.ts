import { asSlipwayError, type SlipwayError } from '@slipway/core';
import type { OnlineLog, OnlineModel } from '../ports.ts';

export interface KeepUpOptions<M extends OnlineModel> {
  readonly log: OnlineLog;
  /** The version that is served. */
  readonly served: string;
  /** Opens what is wanted now; it is warm and has passed its golden rows when it is open. */
  readonly open: () => Promise<M>;
  readonly put: (model: M) => void;
  /** Told why the version that is wanted is not served, and with null that it is. */
  readonly trouble: (error: SlipwayError | null) => void;
}

export interface KeepUp {
  /** Told again and again which version is wanted. */
  want(version: string): void;
  /** Told that nobody knows which one is. */
  lose(error: SlipwayError): void;
  end(): void;
}

/** A version that cannot be opened is tried again after 1, 2, 4, … looks, and at last after so many. */
const looksMax = 64;

/**
 * Serves the version that is wanted, once it is open. One that cannot be opened changes nothing: the version before it
 * goes on serving, and what is wrong is told and logged once.
 */
export function keepUp<M extends OnlineModel>(options: KeepUpOptions<M>): KeepUp {
  const { log, open, put, trouble } = options;
  let { served } = options;
  let wanted = served;
  let isOpening = false;
  let ended = false;
  const failure = { error: null as SlipwayError | null, looks: 1, left: 0 };

  function want(version: string): void {
    if (ended) return;
    if (version !== wanted) {
      wanted = version;
      failure.error = null;
      failure.looks = 1;
      failure.left = 0;
    }
    if (isOpening) return;
    trouble(failure.error);
    if (wanted === served) return;
    if (failure.left > 0) failure.left -= 1;
    else void next(wanted);
  }

  async function next(version: string): Promise<void> {
    isOpening = true;
    try {
      const model = await open();
      if (ended || model.launch.version === served) await model.close();
      else {
        served = model.launch.version;
        put(model);
        log.info({ model: model.launch.model, version: served }, 'serving the version that the alias leads to now');
      }
      failure.error = null;
    } catch (thrown) {
      if (!ended && version === wanted) failed(asSlipwayError(thrown));
    }
    isOpening = false;
    // It may have moved on while one was opened; one that failed waits for its next look.
    if (!ended && failure.error === null) {
      trouble(null);
      if (wanted !== served && wanted !== version) void next(wanted);
    }
  }

  function failed(error: SlipwayError): void {
    const { code, message, where, hint } = error;
    if (failure.error?.message !== message)
      log.error({ code, reason: message, where, hint }, 'the change cannot be served; the model before it stays');
    failure.error = error;
    failure.left = failure.looks;
    failure.looks = Math.min(looksMax, failure.looks * 2);
    trouble(error);
  }

  return {
    want,
    lose: (error) => {
      if (!ended) trouble(failure.error ?? error);
    },
    end: () => {
      ended = true;
    },
  };
}

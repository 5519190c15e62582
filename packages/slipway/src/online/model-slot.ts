import { type AnswerText, compileAnswerText } from './answer-text.ts';
import type { ModelMeter, OnlineLog, OnlineMeter, OnlineModel } from './ports.ts';

/** A model in service, with what the server makes of it once. */
export interface ServedModel {
  readonly model: OnlineModel;
  readonly answerText: AnswerText;
  readonly meter: ModelMeter;
  /** Requests that it is answering. */
  inFlight: number;
}

/**
 * The place of the model that answers. Another one may take the place at any time: requests that have begun finish on
 * the one they began on, which is closed when the last of them is done.
 */
export interface ModelSlot {
  /** Null until a model is open. */
  current(): ServedModel | null;
  /** Puts a model in the place, at once. */
  put(model: OnlineModel): void;
  /** Marks the beginning and the end of a request. */
  enter(served: ServedModel): void;
  leave(served: ServedModel): void;
  /** Takes the model out of the place. */
  clear(): void;
}

export function createModelSlot({ meter, log }: { readonly meter: OnlineMeter; readonly log: OnlineLog }): ModelSlot {
  let current: ServedModel | null = null;

  function replace(next: ServedModel | null): void {
    const before = current;
    current = next;
    if (before !== null) closeWhenIdle(before);
  }

  function closeWhenIdle(served: ServedModel): void {
    if (served === current || served.inFlight > 0) return;
    const { model, version } = served.model.launch;
    served.model
      .close()
      .catch((err: unknown) => log.warn({ err, model, version }, 'a model that is no longer served did not close'));
  }

  return {
    current: () => current,
    put(model) {
      const answerText = compileAnswerText(model.launch);
      replace({ model, answerText, meter: meter.model(model), inFlight: 0 });
    },
    enter(served) {
      served.inFlight += 1;
    },
    leave(served) {
      served.inFlight -= 1;
      closeWhenIdle(served);
    },
    clear: () => replace(null),
  };
}

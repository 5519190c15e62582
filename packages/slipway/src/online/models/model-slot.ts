import { type ConcurrencyLimit, concurrencyLimit } from '@slipway/core';
import { type AnswerText, compileAnswerText } from '../answer-text.ts';
import type { Asked, ModelMeter, OnlineLog, OnlineMeter, OnlineModel } from '../ports.ts';
import { guardedPredictor } from './guarded-predictor.ts';
import { Tally } from './tally.ts';

/** One version of a model in service, with what the server makes of it once. */
export interface ServedModel {
  readonly model: OnlineModel;
  readonly name: string;
  readonly version: string;
  readonly answerText: AnswerText;
  /** What a caller who asks for predictions has to be let in for. */
  readonly asked: Asked;
  readonly meter: ModelMeter;
  readonly tally: Tally;
  /** Requests that it is answering. */
  inFlight: number;
}

/**
 * The place of the version that answers. Another one may take the place at any time: requests that have begun finish on
 * the one they began on, which is closed when the last of them is done.
 */
export interface ModelSlot {
  /** Null until a model is open. */
  current(): ServedModel | null;
  /** Puts a model in the place, at once. */
  put(model: OnlineModel): void;
  /** Takes the model out of the place. */
  clear(): void;
}

export interface ModelSlotOptions {
  readonly meter: OnlineMeter;
  readonly log: OnlineLog;
  readonly monotonicMs: () => number;
  /** Whether a person has switched a model off. */
  readonly isSwitchedOff: (name: string) => boolean;
  /** Called when another model, or none, has taken the place. */
  readonly onChange?: () => void;
}

/** The same for a model that is not served, whose name a stranger may not even try. */
export function askedFor(model: string | undefined): Asked {
  return { scope: 'predict', model: model ?? null };
}

/** Marks the beginning of a request. */
export function enter(served: ServedModel): void {
  served.inFlight += 1;
}

/** Marks the end of a request; the last one on a model that has left its place closes it. */
export function leave(served: ServedModel): void {
  served.inFlight -= 1;
  if (served.inFlight === 0) (served as SlottedModel).onIdle();
}

interface SlottedModel extends ServedModel {
  readonly onIdle: () => void;
}

export function createModelSlot(options: ModelSlotOptions): ModelSlot {
  const { meter, log, onChange = () => {} } = options;
  let current: SlottedModel | null = null;

  function replace(next: SlottedModel | null): void {
    const before = current;
    current = next;
    onChange();
    if (before !== null) closeWhenIdle(before);
  }

  function closeWhenIdle(served: SlottedModel): void {
    if (served === current || served.inFlight > 0) return;
    const { name, version } = served;
    served.meter.end();
    served.model
      .close()
      .catch((err: unknown) =>
        log.warn({ err, model: name, version }, 'a model that is no longer served did not close'),
      );
  }

  return {
    current: () => current,
    put(model) {
      const { model: name, version } = model.launch;
      const limit = limitOf(model);
      const guarded = guardedPredictor(model.predictor, {
        limit,
        isSwitchedOff: () => options.isSwitchedOff(name),
        monotonicMs: options.monotonicMs,
      });
      const served: SlottedModel = {
        model: { ...model, predictor: guarded, close: () => model.close() },
        name,
        version,
        asked: { scope: 'predict', model: name, rate: model.launch.online.rate },
        answerText: compileAnswerText(model.launch),
        meter: meter.model(model),
        tally: new Tally(options.monotonicMs),
        inFlight: 0,
        onIdle: () => closeWhenIdle(served),
      };
      if (limit !== null) served.meter.limit(() => limit);
      replace(served);
    },
    clear: () => replace(null),
  };
}

/** Rows that are at work at once at least, so that every worker has one and the next is at hand. */
const rowsMin = 4;
const rowsMax = 100_000;
/** Rows at first where the session cannot say how many it works off. */
const rowsUnknown = 32;
/** The part of the goal that is planned for at first: what a warm-up shows is a guess, and somebody is before the first call. */
const startShare = 0.8;

/** A compiled model answers in the turn in which it is asked: nothing waits, so there is nothing to bound. */
function limitOf({ launch, predictor }: OnlineModel): ConcurrencyLimit | null {
  if (predictor.session.engine === 'compiled') return null;
  const goalMs = Math.min(launch.slo?.latency?.withinMs ?? Number.POSITIVE_INFINITY, launch.online.deadlineMs);
  // A version that takes over at full load must not turn away those that the one before had let in.
  const known =
    predictor.session.rowsWithin === undefined ? rowsUnknown : predictor.session.rowsWithin(goalMs * startShare);
  return concurrencyLimit({ goalMs, rowsMin, rowsMax, rowsStart: known ?? rowsMin });
}

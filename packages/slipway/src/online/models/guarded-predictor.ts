import {
  type Admitted,
  type Columns,
  type ConcurrencyLimit,
  fail,
  isSlipwayError,
  type MaybePromise,
  type Predictor,
  type SlipwayError,
} from '@slipway/core';

export interface GuardOptions {
  /** Bounds the rows at work at once; null where the model answers at once, so that none waits. */
  readonly limit: ConcurrencyLimit | null;
  /** Whether a person has switched the model off. */
  readonly isSwitchedOff: () => boolean;
  readonly monotonicMs: () => number;
}

/**
 * A predictor behind two gates: the kill switch, and the bound on what may be at work at once. What does not pass them
 * is answered by the launch file's fallback, or raises MODEL_SWITCHED_OFF or OVERLOADED, and costs the model nothing.
 */
export function guardedPredictor(predictor: Predictor, options: GuardOptions): Predictor {
  const { limit, isSwitchedOff, monotonicMs } = options;
  const { launch, session } = predictor;

  /** Why a call of so many rows may not pass, or null with its place inside. */
  function pass(rows: number): SlipwayError | Admitted | null {
    if (isSwitchedOff()) return switchedOff(launch.model);
    if (limit === null) return null;
    return limit.enter(rows, monotonicMs()) ?? overloaded(limit);
  }

  function run<T>(admitted: Admitted | null, start: () => MaybePromise<T>): MaybePromise<T> {
    if (admitted === null || limit === null) return start();
    const end = (thrown?: unknown) => limit.leave(admitted, monotonicMs(), isLatencyOfModel(thrown));
    let made: MaybePromise<T>;
    try {
      made = start();
    } catch (thrown) {
      end(thrown);
      throw thrown;
    }
    if (!(made instanceof Promise)) {
      end();
      return made;
    }
    made.then(() => end(), end);
    return made;
  }

  return {
    launch,
    session,
    predict(record, call) {
      const passed = pass(1);
      if (isSlipwayError(passed)) return predictor.fallback(record, passed, call);
      return run(passed, () => predictor.predict(record, call));
    },
    predictMany(records, call) {
      const passed = pass(records.length);
      if (isSlipwayError(passed)) return predictor.fallbackMany(records, passed, call);
      return run(passed, () => predictor.predictMany(records, call));
    },
    columns(columns, call) {
      const passed = pass(rowsOf(columns));
      if (isSlipwayError(passed)) throw passed;
      return run(passed, () => predictor.columns(columns, call));
    },
    fallback: predictor.fallback,
    fallbackMany: predictor.fallbackMany,
  };
}

/** As the first column has them; the predictor says where others differ. */
function rowsOf(columns: Columns): number {
  const [first] = Object.values(columns);
  if (first === undefined) return 0;
  if (!('kind' in first)) return first.length;
  return first.values.length / (first.kind === 'text' ? 1 : first.width);
}

/** What is refused before it runs, or given up by its caller, says nothing of how long the model takes. */
function isLatencyOfModel(thrown: unknown): boolean {
  if (!isSlipwayError(thrown)) return true;
  return thrown.kind === 'internal' || thrown.kind === 'deadline';
}

function switchedOff(model: string): SlipwayError {
  return fail('MODEL_SWITCHED_OFF', { message: `${model} is switched off.` });
}

function overloaded(limit: ConcurrencyLimit): SlipwayError {
  const { rowsInside } = limit;
  return fail('OVERLOADED', {
    message: `${rowsInside} ${rowsInside === 1 ? 'record is' : 'records are'} at work already, as many as are answered in time.`,
    details: { retryAfterMs: limit.waitMs() },
  });
}

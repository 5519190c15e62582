import { createPredictor, type EventSink, type Predictor } from '@slipway/core';
import { systemClock } from '../system/clock.ts';
import { predictionIds } from '../system/prediction-id.ts';
import type { BatchModel } from './batch-options.ts';

/** The model's session behind a predictor of the run's own: with its events, or, for a second look at rows, without. */
export function runPredictor({ launch, predictor }: BatchModel, sink: EventSink | null): Predictor {
  const newId = predictionIds(systemClock.wallMs);
  return createPredictor({ launch, session: predictor.session, clock: systemClock, newId, sink });
}

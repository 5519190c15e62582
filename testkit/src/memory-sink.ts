import type { EventSink, PredictionEvent } from '@slipway/core';

/** A sink that keeps every event for a test to look at. */
export interface MemorySink extends EventSink {
  readonly events: readonly PredictionEvent[];
  /** What was raised by events that could not be made. */
  readonly faults: readonly unknown[];
}

export function memorySink(): MemorySink {
  const events: PredictionEvent[] = [];
  const faults: unknown[] = [];
  return {
    events,
    faults,
    write(batch) {
      for (let index = 0; index < batch.count; index++) {
        try {
          events.push(batch.event(index));
        } catch (fault) {
          faults.push(fault);
        }
      }
    },
    flush: async () => {},
    close: async () => {},
  };
}

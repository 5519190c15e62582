import type { Value } from '../contract/index.ts';

export type PredictionSource = 'online' | 'batch' | 'streaming' | 'embedded' | 'library';

/** What made the fallback answer: the model failed, was too late, or had too much to do; or a person switched it off. */
export type FallbackReason = 'error' | 'timeout' | 'overload' | 'switched';

/** One prediction, as every pattern reports it. The JSON form of an event is this object as it stands. */
export interface PredictionEvent {
  readonly kind: 'prediction';
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly model: string;
  readonly version: string;
  readonly variant: string;
  readonly unit: string | null;
  readonly context: Readonly<Record<string, Value>>;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly outputs: Readonly<Record<string, Value>>;
  /** Null where a row of many has no latency of its own. */
  readonly latency_ms: number | null;
  readonly fallback: { readonly reason: FallbackReason } | null;
  readonly source: PredictionSource;
}

/**
 * Predictions on their way to a sink. Columnar patterns make no object a row: a sink asks for the events that it
 * wants, before `write` returns, since the columns behind them are used again.
 */
export interface PredictionEvents {
  readonly count: number;
  event(index: number): PredictionEvent;
  /** `JSON.stringify(event(index))`, where the maker has a faster way to it. */
  text?(index: number): string;
  /**
   * Writes that text as UTF-8 into `memory` from `start`, not beyond `end`, and answers where it ends; -1 where that way
   * is not open for this event, and `text` is the one to take.
   */
  bytes?(index: number, memory: Uint8Array, start: number, end: number): number;
}

/** The port that every pattern reports to. `write` never throws and never waits. */
export interface EventSink {
  write(events: PredictionEvents): void;
  /** Resolves when all that was written is where it belongs. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

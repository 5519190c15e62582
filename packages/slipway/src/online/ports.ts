import type { FallbackReason, Launch, Predictor } from '@slipway/core';

/** A model as the server needs it; what `openModel` answers is one. */
export interface OnlineModel {
  readonly launch: Launch;
  readonly artifact: { readonly digest: string };
  readonly predictor: Predictor;
  close(): Promise<void>;
}

/**
 * How a request to a model ended: answered, answered by the fallback, refused as the caller's mistake, failed, or
 * turned away by a server that stops.
 */
export const outcomes = ['ok', 'fallback', 'invalid', 'error', 'unavailable'] as const;

export type Outcome = (typeof outcomes)[number];

/** Counts for one version of one model. */
export interface ModelMeter {
  request(outcome: Outcome, seconds: number): void;
  /** Records of one request by what became of them. */
  records(answered: number, refused: number): void;
  fallback(reason: FallbackReason, records: number): void;
}

/** What the server reports as numbers. */
export interface OnlineMeter {
  /** Begins, or goes on, counting for a version of a model. */
  model(model: OnlineModel): ModelMeter;
  /** Answers the function that counts one request to a route by its status. */
  route(method: string, route: string): (status: number) => void;
  ready(ready: boolean): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** What the server reports as words. */
export interface OnlineLog {
  /** A log that adds these fields to every line. */
  child(fields: object): OnlineLog;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The line of a request of which nothing more is to be said. */
  answered(request: string, ms: number, records: number): void;
}

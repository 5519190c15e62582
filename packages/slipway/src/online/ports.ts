import type { BatchMeter, FallbackReason, Launch, MaybePromise, Predictor, RunObserver } from '@slipway/core';

/** A model as the server needs it; what `openModel` answers is one. */
export interface OnlineModel {
  readonly launch: Launch;
  readonly artifact: { readonly digest: string };
  readonly predictor: Predictor;
  /** Why this engine serves, as one clause for people. */
  readonly engine: { readonly reason: string };
  close(): Promise<void>;
}

/**
 * How a request to a model ended: answered, answered by the fallback, refused as the caller's mistake, turned away
 * because the caller may not, or asks too often, or because the server has too much to do, failed, not answered in
 * time, given up by its caller, or turned away by a server that is not ready or stops.
 */
export const outcomes = [
  'ok',
  'fallback',
  'invalid',
  'denied',
  'limited',
  'overloaded',
  'error',
  'timeout',
  'cancelled',
  'unavailable',
] as const;

export type Outcome = (typeof outcomes)[number];

/** Counts for one version of one model. */
export interface ModelMeter {
  request(outcome: Outcome, seconds: number): void;
  /** Records of one request by what became of them. */
  records(answered: number, refused: number): void;
  fallback(reason: FallbackReason, records: number): void;
  /** How many rows are at work, and may be: read when somebody asks. */
  limit(read: () => { readonly rowsInside: number; readonly limit: number }): void;
  /** The model is no longer served; what was counted stays. */
  end(): void;
}

/** What the server reports as numbers. */
export interface OnlineMeter {
  /** Begins, or goes on, counting for a version of a model. */
  model(model: OnlineModel): ModelMeter;
  /** Counts the runs and the queue of a version where ONNX Runtime serves. */
  batches(model: string, version: string): BatchMeter;
  /** Answers the function that counts one request to a route by its status. */
  route(method: string, route: string): (status: number) => void;
  /** How it finds out whether the server is ready, whenever it is asked. */
  ready(isReady: () => boolean): void;
  /** Whether a person has switched a model off. */
  switchedOff(model: string, isOff: boolean): void;
  /** Whether the registry that is followed answers. */
  registry(isAnswering: boolean): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  /** The same as data, in the form of prom-client, to be merged with that of other processes. */
  json(): Promise<readonly object[]>;
  readonly contentType: string;
}

/** Who asks, as far as the server knows. */
export interface Caller {
  /** For the log: the name of a key, or the subject of a token; null for anybody. */
  readonly name: string | null;
}

/** What a caller brings to be let in. */
export interface Credentials {
  /** The `Authorization` header, or what a protocol has in its place. */
  readonly authorization?: string | undefined;
  /** What the request came over, where later ones may come too: what it proved is remembered with it. */
  readonly connection?: object | undefined;
  /** The address that it came from. */
  readonly address?: string | undefined;
}

export type AccessScope = 'predict' | 'operate' | 'admin';

/** A rate as people write it: `count` requests in `perMs`. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

/** What a caller wants to be let in for. */
export interface Asked {
  /** Null asks for no more than to be known. */
  readonly scope: AccessScope | null;
  /** Null where it is not about one model. */
  readonly model: string | null;
  /** How often each caller may ask this, beside what its key says. */
  readonly rate?: Rate | null;
}

/**
 * Who may do what, and how often. Answers without a promise where what is known decides. Raises UNAUTHENTICATED,
 * FORBIDDEN, RATE_LIMITED and, where nobody can be asked, ACCESS_UNAVAILABLE.
 */
export interface Access {
  check(credentials: Credentials, asked: Asked): MaybePromise<Caller>;
}

/** What is known of a request when its trace begins. */
export interface TraceStart {
  /** `traceparent` and `tracestate` as they came. */
  readonly parent: string | undefined;
  readonly state: string | undefined;
  /** What the request asks, as few words as there are routes. */
  readonly name: string;
  /** On the monotonic clock. */
  readonly arrivedMs: number;
  readonly attributes: TraceAttributes;
}

export type TraceAttributes = Readonly<Record<string, string | number | boolean>>;

export interface TraceEnd {
  /** On the monotonic clock. */
  readonly endMs: number;
  readonly attributes: TraceAttributes;
  /** Whether it ended as an error of ours. */
  readonly isError: boolean;
}

/** The trace of one request. Sessions tell it of queues and runs. */
export interface CallTrace extends RunObserver {
  readonly traceId: string;
  readonly spanId: string;
  /** The only prediction of the request. */
  predicted(id: string): void;
  end(end: TraceEnd): void;
}

/** Makes traces of requests. */
export interface Tracer {
  begin(start: TraceStart): CallTrace;
}

/** What the server reports as words. */
export interface OnlineLog {
  /** A log that adds these fields to every line. */
  child(fields: object): OnlineLog;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The line of a request that was answered, and what there is to say besides. */
  answered(request: string, ms: number, records: number, more?: object): void;
}

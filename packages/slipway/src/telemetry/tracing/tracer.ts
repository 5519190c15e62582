import { randomBytes } from 'node:crypto';
import type { Attributes, Span } from './otlp-json.ts';
import type { Sampler } from './sampler.ts';
import { readTraceContext } from './trace-context.ts';

export interface TracerOptions {
  readonly sampler: Sampler;
  /** Takes the spans that are to be exported. */
  readonly add: (span: Span) => void;
  readonly wallMs: () => number;
  readonly monotonicMs: () => number;
}

/** What is known of a request when its trace begins. Times are of the monotonic clock. */
interface TraceStart {
  readonly parent: string | undefined;
  readonly state: string | undefined;
  readonly name: string;
  readonly arrivedMs: number;
  readonly attributes: Attributes;
}

interface TraceEnd {
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

export interface Tracer {
  begin(start: TraceStart): Trace;
}

/** Spans of requests. What a trace that is not sampled costs is its ids. */
export function createTracer({ sampler, add, wallMs, monotonicMs }: TracerOptions): Tracer {
  return {
    begin({ parent, state, name, arrivedMs, attributes }) {
      const context = readTraceContext(parent, state);
      const traceId = context?.traceId ?? randomBytes(16).toString('hex');
      const given = {
        traceId,
        parentSpanId: context?.spanId ?? '',
        state: context?.state ?? '',
        name,
        attributes,
        startMs: arrivedMs,
        // One anchor for the whole trace: its spans lie to each other as they were, whatever the wall clock does.
        toWallMs: wallMs() - monotonicMs(),
      };
      return new Trace(given, sampler(traceId, context) ? add : null);
    },
  };
}

interface Begun {
  readonly traceId: string;
  readonly parentSpanId: string;
  readonly state: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly startMs: number;
  readonly toWallMs: number;
}

/** Runs of one request that are told apart; a request of many rows may have many more. */
const runsMax = 32;

class Trace {
  readonly traceId: string;
  readonly spanId = randomBytes(8).toString('hex');
  readonly #begun: Begun;
  readonly #add: ((span: Span) => void) | null;
  readonly #runs: { readonly fromMs: number; readonly toMs: number; readonly rows: number; readonly calls: number }[] =
    [];
  #queue: { readonly fromMs: number; readonly toMs: number } | null = null;
  #predictionId: string | null = null;

  constructor(begun: Begun, add: ((span: Span) => void) | null) {
    this.traceId = begun.traceId;
    this.#begun = begun;
    this.#add = add;
  }

  waited(fromMs: number, toMs: number): void {
    this.#queue = { fromMs, toMs };
  }

  ran(fromMs: number, toMs: number, rows: number, calls: number): void {
    if (this.#runs.length < runsMax) this.#runs.push({ fromMs, toMs, rows, calls });
  }

  predicted(id: string): void {
    this.#predictionId = id;
  }

  end({ endMs, attributes, isError }: TraceEnd): void {
    if (this.#add === null) return;
    const { name, startMs } = this.#begun;
    const own = this.#predictionId === null ? {} : { 'slipway.prediction_id': this.#predictionId };
    const all = { ...this.#begun.attributes, ...attributes, ...own };
    this.#emit(name, 'server', { fromMs: startMs, toMs: endMs }, all, this.spanId, this.#begun.parentSpanId, isError);
    if (this.#queue !== null) this.#emit('queue', 'internal', this.#queue, {}, newSpanId(), this.spanId);
    const [first] = this.#runs;
    if (first === undefined) return;
    const batchId = newSpanId();
    const toMs = Math.max(...this.#runs.map((run) => run.toMs));
    const batch = { 'slipway.batch.rows': first.rows, 'slipway.batch.calls': first.calls };
    this.#emit('batch', 'internal', { fromMs: first.fromMs, toMs }, batch, batchId, this.spanId);
    for (const run of this.#runs) {
      const rows = { 'slipway.session.rows': run.rows, 'slipway.engine': 'onnxruntime' };
      this.#emit('session', 'internal', run, rows, newSpanId(), batchId);
    }
  }

  #emit(
    name: string,
    kind: Span['kind'],
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
    attributes: Attributes,
    spanId: string,
    parentSpanId: string,
    isError = false,
  ): void {
    const { traceId, state, toWallMs } = this.#begun;
    const times = { startMs: fromMs + toWallMs, endMs: toMs + toWallMs };
    this.#add?.({ traceId, spanId, parentSpanId, state, name, kind, ...times, attributes, isError });
  }
}

function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

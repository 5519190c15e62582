import type { FallbackReason } from '@slipway/core';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createBatchMetrics } from './batch-metrics.ts';
import type { BufferedFileCounts } from './buffered-file.ts';
import { createLatencyHistogram } from './latency-histogram.ts';
import { createTally } from './tally.ts';

export interface OnlineMetricsOptions {
  readonly slipwayVersion: string;
  /** Outcomes that a request can have; each is shown from the start, at zero. */
  readonly outcomes: readonly string[];
  /** What became of the events; null where none are written. */
  readonly events: (() => BufferedFileCounts) | null;
  /** What became of the events on their way to the prediction log; null where none is kept. */
  readonly kept?: (() => KeptCounts) | null;
  /** What became of the spans of traces; null where there are none. */
  readonly spans?: (() => BufferedFileCounts) | null;
  /** What became of the lines of the log. */
  readonly log: () => BufferedFileCounts;
}

export interface KeptCounts extends BufferedFileCounts {
  readonly unsampled: number;
  readonly cut: number;
}

/** The facts of a model that are labels. */
interface MeteredModel {
  readonly launch: {
    readonly model: string;
    readonly version: string;
    readonly slo: { readonly latency: { readonly withinMs: number } | null } | null;
  };
  readonly artifact: { readonly digest: string };
  readonly predictor: { readonly session: { readonly engine: string } };
}

/** Seconds. Fine where a compiled model answers, wide enough for a heavy one. */
const latencyEdges = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the online pattern, for Prometheus. */
export function createOnlineMetrics(options: OnlineMetricsOptions) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = declareMetrics(registry);
  metrics.build.set({ version: options.slipwayVersion, node: process.version }, 1);
  showCounts(registry, 'slipway_log_lines', 'Lines of the log', options.log);
  if (options.events !== null) showCounts(registry, 'slipway_events', 'Prediction events', options.events);
  if (options.spans) showCounts(registry, 'slipway_spans', 'Spans of traces', options.spans, 'the collector');
  if (options.kept) showKept(registry, options.kept);
  const served = countServed(metrics.model);
  const batches = createBatchMetrics(registry);
  const atWork = showAtWork(registry);
  let registryUp: Gauge | null = null;

  return {
    model(model: MeteredModel) {
      const { model: name, version, slo } = model.launch;
      const labels = { model: name, version };
      const info = { ...labels, engine: model.predictor.session.engine, digest: model.artifact.digest };
      served.begin(info);
      const edges = edgesWith(slo?.latency?.withinMs ?? null);
      const observe = new Map(
        options.outcomes.map((outcome) => [outcome, metrics.latency.series({ ...labels, outcome }, edges)]),
      );
      const countAnswered = metrics.records.series(labels);
      const countRefused = metrics.refused.series(labels);
      return {
        request: (outcome: string, seconds: number) => observe.get(outcome)?.(seconds),
        records(answered: number, refused: number) {
          countAnswered(answered);
          countRefused(refused);
        },
        end() {
          served.end(info);
          atWork.delete(labels);
        },
        limit: (read: () => AtWork) => atWork.set(labels, read),
        fallback: (reason: FallbackReason, records: number) => metrics.fallbacks.series({ ...labels, reason })(records),
      };
    },
    batches,
    route(method: string, route: string) {
      const byStatus = new Map<number, (count: number) => void>();
      return (status: number) => {
        const count = byStatus.get(status) ?? metrics.requests.series({ method, route, status: String(status) });
        byStatus.set(status, count);
        count(1);
      };
    },
    ready: (isReady: () => boolean) => showReady(registry, isReady),
    switchedOff(model: string, isOff: boolean) {
      if (isOff) metrics.switchedOff.set({ model }, 1);
      else metrics.switchedOff.remove({ model });
    },
    registry(isAnswering: boolean) {
      // Shown only where a registry is followed: a server of files has none to lose.
      registryUp ??= registryGauge(registry);
      registryUp.set(isAnswering ? 1 : 0);
    },
    text: () => registry.metrics(),
    json: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}

interface AtWork {
  readonly rowsInside: number;
  readonly limit: number;
}

/** The rows at work and their bound, of each version that has one, as they are when Prometheus asks. */
function showAtWork(registry: Registry): Map<Info, () => AtWork> {
  const all = new Map<Info, () => AtWork>();
  const show = (name: string, help: string, value: (now: AtWork) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['model', 'version'],
      aggregator: 'sum',
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, read] of all) this.set(labels, value(read()));
      },
    });
  show('slipway_rows_at_work', 'Rows that are at work.', ({ rowsInside }) => rowsInside);
  show('slipway_rows_at_work_limit', 'Rows that may be at work at once, as of now.', ({ limit }) => limit);
  return all;
}

/** Looked up when Prometheus asks: what was so at the last change may not be so now. */
function showReady(registry: Registry, isReady: () => boolean): void {
  new Gauge({
    name: 'slipway_ready',
    help: '1 while the server is ready, else 0.',
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.set(isReady() ? 1 : 0);
    },
  });
}

type Info = Readonly<Record<string, string>>;

/** Shows a version while it is served, in however many places. */
function countServed(gauge: Gauge): { begin(info: Info): void; end(info: Info): void } {
  const counts = new Map<string, number>();
  const add = (info: Info, more: number) => {
    const key = JSON.stringify(info);
    const count = (counts.get(key) ?? 0) + more;
    counts.set(key, count);
    if (count > 0) gauge.set(info, 1);
    else {
      counts.delete(key);
      gauge.remove(info);
    }
  };
  return { begin: (info) => add(info, 1), end: (info) => add(info, -1) };
}

function edgesWith(withinMs: number | null): readonly number[] {
  const all = withinMs === null ? latencyEdges : [...latencyEdges, withinMs / 1000];
  return [...new Set(all)].sort((a, b) => a - b);
}

function declareMetrics(registry: Registry) {
  const registers = [registry];
  const perModel = ['model', 'version'];
  const latency = createLatencyHistogram(
    'slipway_request_duration_seconds',
    'Time from the headers of a prediction request to its answer; one edge lies exactly at the latency bound of the SLO.',
  );
  registry.registerMetric(latency.metric);
  return {
    latency,
    build: new Gauge({
      name: 'slipway_build_info',
      help: 'Always 1; the labels say which Slipway runs on which Node.js.',
      labelNames: ['version', 'node'],
      aggregator: 'max',
      registers,
    }),
    model: new Gauge({
      name: 'slipway_model_info',
      help: 'Always 1; the labels say which artifact is served by which engine.',
      labelNames: [...perModel, 'engine', 'digest'],
      aggregator: 'max',
      registers,
    }),
    switchedOff: new Gauge({
      name: 'slipway_model_switched_off',
      help: '1 while the kill switch keeps a model off, so that its fallback answers.',
      labelNames: ['model'],
      aggregator: 'max',
      registers,
    }),
    requests: createTally(registry, {
      name: 'slipway_http_requests_total',
      help: 'Requests by route and status.',
      labelNames: ['method', 'route', 'status'],
    }),
    records: createTally(registry, {
      name: 'slipway_records_total',
      help: 'Records that were answered with a prediction.',
      labelNames: perModel,
    }),
    refused: createTally(registry, {
      name: 'slipway_records_refused_total',
      help: 'Records without a prediction: they broke the contract, or the model failed on them.',
      labelNames: perModel,
    }),
    fallbacks: createTally(registry, {
      name: 'slipway_fallbacks_total',
      help: 'Records that the fallback answered.',
      labelNames: [...perModel, 'reason'],
    }),
  };
}

function registryGauge(registry: Registry): Gauge {
  return new Gauge({
    name: 'slipway_registry_up',
    help: '1 while the registry that is followed answers, 0 while the server goes on with what it last said.',
    aggregator: 'min',
    registers: [registry],
  });
}

function showKept(registry: Registry, counts: () => KeptCounts): void {
  const name = 'slipway_prediction_log';
  showCounts(registry, name, 'Events of the prediction log', counts);
  const show = (part: 'unsampled' | 'cut', help: string) =>
    showCount(registry, `${name}_${part}_total`, `Events of the prediction log ${help}`, () => counts()[part]);
  show('unsampled', 'that sampling left out.');
  show('cut', 'that were written with fields emptied, because they were too large.');
}

/** Three counters that are read when Prometheus asks. */
function showCounts(
  registry: Registry,
  name: string,
  what: string,
  counts: () => BufferedFileCounts,
  where = 'the disk',
): void {
  const show = (part: keyof BufferedFileCounts, help: string) =>
    showCount(registry, `${name}_${part}_total`, `${what} ${help}`, () => counts()[part]);
  show('written', 'that were written.');
  show('dropped', `that were dropped because too many waited for ${where}.`);
  show('failed', 'that were lost because a write failed.');
}

function showCount(registry: Registry, name: string, help: string, count: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(count());
    },
  });
}

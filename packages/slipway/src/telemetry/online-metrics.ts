import type { FallbackReason } from '@slipway/core';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { BufferedFileCounts } from './buffered-file.ts';
import { createLatencyHistogram } from './latency-histogram.ts';

export interface OnlineMetricsOptions {
  readonly slipwayVersion: string;
  /** Outcomes that a request can have; each is shown from the start, at zero. */
  readonly outcomes: readonly string[];
  /** What became of the events; null where none are written. */
  readonly events: (() => BufferedFileCounts) | null;
  /** What became of the lines of the log. */
  readonly log: () => BufferedFileCounts;
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

/** Every metric of the online pattern, for Prometheus. Children with labels are kept, so that a request hashes none. */
export function createOnlineMetrics(options: OnlineMetricsOptions) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const latency = createLatencyHistogram(
    'slipway_request_duration_seconds',
    'Time from the headers of a prediction request to its answer; one edge lies exactly at the latency bound of the SLO.',
  );
  registry.registerMetric(latency.metric);
  const metrics = declareMetrics(registry);
  metrics.build.set({ version: options.slipwayVersion, node: process.version }, 1);
  showCounts(registry, 'slipway_log_lines', 'Lines of the log', options.log);
  if (options.events !== null) showCounts(registry, 'slipway_events', 'Prediction events', options.events);

  return {
    model(model: MeteredModel) {
      const { model: name, version, slo } = model.launch;
      const labels = { model: name, version };
      const { digest } = model.artifact;
      metrics.model.set({ ...labels, engine: model.predictor.session.engine, digest }, 1);
      const edges = edgesWith(slo?.latency?.withinMs ?? null);
      const observe = new Map(
        options.outcomes.map((outcome) => [outcome, latency.series({ ...labels, outcome }, edges)]),
      );
      const records = metrics.records.labels(labels);
      const refused = metrics.refused.labels(labels);
      return {
        request: (outcome: string, seconds: number) => observe.get(outcome)?.(seconds),
        records(answeredCount: number, refusedCount: number) {
          if (answeredCount > 0) records.inc(answeredCount);
          if (refusedCount > 0) refused.inc(refusedCount);
        },
        fallback: (reason: FallbackReason, count: number) => metrics.fallbacks.inc({ ...labels, reason }, count),
      };
    },
    route(method: string, route: string) {
      const children: Counter.Internal[] = [];
      return (status: number) => {
        children[status] ??= metrics.requests.labels({ method, route, status: String(status) });
        children[status]?.inc();
      };
    },
    ready: (ready: boolean) => metrics.ready.set(ready ? 1 : 0),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function edgesWith(withinMs: number | null): readonly number[] {
  const all = withinMs === null ? latencyEdges : [...latencyEdges, withinMs / 1000];
  return [...new Set(all)].sort((a, b) => a - b);
}

function declareMetrics(registry: Registry) {
  const registers = [registry];
  const perModel = ['model', 'version'] as const;
  return {
    build: new Gauge({
      name: 'slipway_build_info',
      help: 'Always 1; the labels say which Slipway runs on which Node.js.',
      labelNames: ['version', 'node'],
      registers,
    }),
    model: new Gauge({
      name: 'slipway_model_info',
      help: 'Always 1; the labels say which artifact is served by which engine.',
      labelNames: [...perModel, 'engine', 'digest'],
      registers,
    }),
    ready: new Gauge({ name: 'slipway_ready', help: '1 while the server is ready, else 0.', registers }),
    requests: new Counter({
      name: 'slipway_http_requests_total',
      help: 'Requests by route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    records: new Counter({
      name: 'slipway_records_total',
      help: 'Records that were answered with a prediction.',
      labelNames: perModel,
      registers,
    }),
    refused: new Counter({
      name: 'slipway_records_refused_total',
      help: 'Records without a prediction: those that broke the input contract, or on which the model failed.',
      labelNames: perModel,
      registers,
    }),
    fallbacks: new Counter({
      name: 'slipway_fallbacks_total',
      help: 'Records that the fallback answered.',
      labelNames: [...perModel, 'reason'],
      registers,
    }),
  };
}

/** Three counters that are read when Prometheus asks. */
function showCounts(registry: Registry, name: string, what: string, counts: () => BufferedFileCounts): void {
  const show = (part: keyof BufferedFileCounts, help: string) =>
    new Counter({
      name: `${name}_${part}_total`,
      help: `${what} ${help}`,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(counts()[part]);
      },
    });
  show('written', 'that were written.');
  show('dropped', 'that were dropped because too many waited for the disk.');
  show('failed', 'that were lost because a write failed.');
}

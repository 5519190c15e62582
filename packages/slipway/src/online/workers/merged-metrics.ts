import { AggregatorRegistry } from 'prom-client';

/** Metrics of one worker, as `Registry.getMetricsAsJSON` gives them. */
export type WorkerMetrics = readonly WorkerMetric[];

interface WorkerMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: readonly MetricValue[];
}

interface MetricValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

/**
 * The metrics of all workers as those of one server. What a worker counted before it ended stays counted, since a counter
 * that goes back is a restart to whoever reads it.
 */
export interface MergedMetrics {
  update(worker: number, metrics: WorkerMetrics): void;
  /** Keeps the counts of a worker that has ended. */
  retire(worker: number): void;
  text(): Promise<string>;
}

export function createMergedMetrics(): MergedMetrics {
  const living = new Map<number, WorkerMetrics>();
  let retired: WorkerMetrics = [];

  return {
    update(worker, metrics) {
      living.set(worker, metrics);
    },
    retire(worker) {
      const last = living.get(worker);
      living.delete(worker);
      if (last !== undefined) retired = added(retired, last.filter(isCounted));
    },
    text() {
      const all = [...living.values(), ...(retired.length === 0 ? [] : [retired])];
      return AggregatorRegistry.aggregate(all.map((metrics) => structuredClone(metrics)) as never).metrics();
    },
  };
}

/** Gauges are of the moment, and go with their worker. */
function isCounted({ type }: WorkerMetric): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}

/** Sums of the series of both. */
function added(before: WorkerMetrics, more: WorkerMetrics): WorkerMetrics {
  const byName = new Map(before.map((metric) => [metric.name, metric]));
  for (const metric of more) {
    const known = byName.get(metric.name);
    byName.set(metric.name, known === undefined ? metric : { ...known, values: summed(known.values, metric.values) });
  }
  return [...byName.values()];
}

function summed(before: readonly MetricValue[], more: readonly MetricValue[]): readonly MetricValue[] {
  const keyOf = ({ labels, metricName = '' }: MetricValue) => metricName + JSON.stringify(labels);
  const all = new Map(before.map((value) => [keyOf(value), value]));
  for (const value of more) {
    const known = all.get(keyOf(value));
    all.set(keyOf(value), known === undefined ? value : { ...known, value: known.value + value.value });
  }
  return [...all.values()];
}

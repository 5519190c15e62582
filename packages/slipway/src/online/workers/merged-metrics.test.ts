import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createLatencyHistogram } from '../../telemetry/latency-histogram.ts';
import { createMergedMetrics, type WorkerMetrics } from './merged-metrics.ts';

async function workerMetrics(requests: number, seconds: readonly number[]): Promise<WorkerMetrics> {
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'r', labelNames: ['status'], registers: [registry] });
  counter.inc({ status: '200' }, requests);
  new Gauge({ name: 'ready', help: 'g', registers: [registry], aggregator: 'min' }).set(1);
  const { metric, series } = createLatencyHistogram('duration_seconds', 'd');
  registry.registerMetric(metric);
  const observe = series({ model: 'm' }, [0.1, 1]);
  for (const each of seconds) observe(each);
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as WorkerMetrics;
}

test('counters and histograms of the workers are summed, edge by edge', async () => {
  const merged = createMergedMetrics();
  merged.update(1, await workerMetrics(3, [0.05, 0.5]));
  merged.update(2, await workerMetrics(4, [0.05, 5]));
  const text = await merged.text();
  expect(text).toContain('requests_total{status="200"} 7');
  expect(text).toContain('duration_seconds_bucket{model="m",le="0.1"} 2');
  expect(text).toContain('duration_seconds_bucket{model="m",le="+Inf"} 4');
  expect(text).toContain('duration_seconds_count{model="m"} 4');
  expect(text).toContain('ready 1');
});

test('what a worker counted before it ended stays counted; that it was ready does not', async () => {
  const merged = createMergedMetrics();
  merged.update(1, await workerMetrics(3, [0.05]));
  merged.update(2, await workerMetrics(4, []));
  merged.retire(1);
  merged.update(3, await workerMetrics(1, [0.05]));
  merged.retire(3);
  const text = await merged.text();
  expect(text).toContain('requests_total{status="200"} 8');
  expect(text).toContain('duration_seconds_count{model="m"} 2');
  merged.retire(2);
  expect(await merged.text()).not.toContain('ready');
});

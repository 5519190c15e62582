import type { BatchMeter, RejectReason } from '@slipway/core';
import type { Registry } from 'prom-client';
import { createLatencyHistogram } from './latency-histogram.ts';
import { createTally } from './tally.ts';

/** Seconds. */
const waitEdges = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const rowEdges = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096];

/** What the queue before a model and its runs say of themselves, where ONNX Runtime serves. */
export function createBatchMetrics(registry: Registry): (model: string, version: string) => BatchMeter {
  const wait = createLatencyHistogram(
    'slipway_queue_wait_seconds',
    'How long a call waited before its first rows went to the model, where ONNX Runtime serves.',
  );
  const rows = createLatencyHistogram('slipway_batch_rows', 'Rows in a run of the model, where ONNX Runtime serves.');
  registry.registerMetric(wait.metric);
  registry.registerMetric(rows.metric);
  const rejects = createTally(registry, {
    name: 'slipway_queue_rejects_total',
    help: 'Calls that were not run: too many waited, they would have been or were late, or their caller left.',
    labelNames: ['model', 'version', 'reason'],
  });
  const recycled = createTally(registry, {
    name: 'slipway_model_workers_recycled_total',
    help: 'Workers that were given up, since nobody waited for their run any more.',
    labelNames: ['model', 'version'],
  });
  return (model, version) => {
    const labels = { model, version };
    const observeWait = wait.series(labels, waitEdges);
    const observeRows = rows.series(labels, rowEdges);
    const recycle = recycled.series(labels);
    return {
      run: (count) => observeRows(count),
      wait: (ms) => observeWait(ms / 1000),
      reject: (reason: RejectReason) => rejects.series({ ...labels, reason })(1),
      learned: () => {},
      recycle: () => recycle(1),
    };
  };
}

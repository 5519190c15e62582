import { outcomes } from '../packages/slipway/src/online/ports.ts';
import { createOnlineMetrics } from '../packages/slipway/src/telemetry/online-metrics.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the metrics: what `/metrics` says of itself after one request of every kind. */
export async function metricFiles(): Promise<readonly GeneratedFile[]> {
  const text = await metricsText();
  const rows = [...text.matchAll(/^# HELP (slipway_\w+) (.+)\n# TYPE \1 (\w+)\n((?:[^#\n].*\n)*)/gm)].map(
    ([, name = '', help = '', type = '', samples = '']) =>
      `| \`${name}\` | ${type} | ${labelsOf(samples).join(', ')} | ${help} |\n`,
  );
  return [{ path: 'docs/reference/metrics.md', content: `${intro}${rows.join('')}${outro}` }];
}

const intro = `${markdownMark('the metrics of slipway serve')}
# Metrics

\`slipway serve\` answers \`GET /metrics\` in the text format of Prometheus. Beside these stand the metrics of the process
(\`process_*\`, \`nodejs_*\`).

| Metric | Type | Labels | What it says |
| --- | --- | --- | --- |
`;

const outro = `
\`outcome\` is one of ${outcomes.map((outcome) => `\`${outcome}\``).join(', ')}. One edge of the latency histogram lies exactly
at \`slo.latency.within\` of the launch file, so the share of requests that the SLO counts as good is a ratio of two
counters (a caller's mistake counts for neither):

\`\`\`promql
sum(rate(slipway_request_duration_seconds_bucket{le="0.2", outcome="ok"}[5m]))
  / sum(rate(slipway_request_duration_seconds_count{outcome!="invalid"}[5m]))
\`\`\`
`;

function metricsText(): Promise<string> {
  const counts = () => ({ written: 0, dropped: 0, failed: 0 });
  const keptCounts = () => ({ ...counts(), unsampled: 0, cut: 0 });
  const metrics = createOnlineMetrics({
    slipwayVersion: '',
    outcomes,
    events: counts,
    kept: keptCounts,
    spans: counts,
    log: counts,
  });
  const launch = { model: 'm', version: '1', slo: null };
  const model = { launch, artifact: { digest: '' }, predictor: { session: { engine: 'compiled' } } };
  const counters = metrics.model(model);
  counters.limit(() => ({ rowsInside: 0, limit: 1 }));
  const batches = metrics.batches('m', '1');
  batches.run(1, 1);
  batches.wait(1);
  batches.reject('deadline');
  batches.recycle();
  counters.records(1, 1);
  counters.fallback('error', 1);
  metrics.registry(true);
  metrics.switchedOff('m', true);
  for (const outcome of outcomes) counters.request(outcome, 0.001);
  metrics.route('POST', '/predict')(200);
  return metrics.text();
}

/** The labels of a metric's samples, without the edge of a histogram's bucket. */
function labelsOf(samples: string): readonly string[] {
  const names = [...samples.matchAll(/[{,](\w+)="/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== 'le').map((name) => `\`${name}\``);
}

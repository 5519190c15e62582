import { describe, expect, test } from 'vitest';
import { createOnlineMetrics } from './online-metrics.ts';

const events = { written: 5, dropped: 2, failed: 1 };
const quiet = { written: 0, dropped: 0, failed: 0 };

function metricsOf() {
  return createOnlineMetrics({
    slipwayVersion: '1.2.3',
    outcomes: ['ok', 'error'],
    events: () => events,
    log: () => quiet,
  });
}

function modelOf(withinMs: number | null, version = '1.0.0') {
  const latency = withinMs === null ? null : { withinMs };
  return {
    launch: { model: 'learner-risk', version, slo: { latency } },
    artifact: { digest: 'sha256:abc' },
    predictor: { session: { engine: 'compiled' } },
  };
}

/** The samples of a text in Prometheus' format: name and labels, then the value. Every line must be one. */
async function samplesOf(metrics: ReturnType<typeof metricsOf>): Promise<ReadonlyMap<string, number>> {
  const samples = new Map<string, number>();
  for (const line of (await metrics.text()).split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-z_0-9]+ \S/.test(line)) continue;
    const [, name, value] = /^([a-z_][a-z_0-9]*(?:\{(?:[a-z_]+="[^"]*",?)*\})?) (\S+)$/.exec(line) ?? [];
    expect(name, line).toBeDefined();
    expect(samples.has(name as string), `${name} stands twice`).toBe(false);
    samples.set(name as string, Number(value));
  }
  return samples;
}

const labels = 'model="learner-risk",version="1.0.0"';
const bucket = (outcome: string, le: string) =>
  `slipway_request_duration_seconds_bucket{${labels},outcome="${outcome}",le="${le}"}`;

describe('the metrics of a server', () => {
  test('the latency histogram has an edge exactly at the bound of the SLO, and counts are cumulative', async () => {
    const metrics = metricsOf();
    const { request } = metrics.model(modelOf(237));
    for (const seconds of [0.0004, 0.2, 0.237, 0.2370001, 20]) request('ok', seconds);
    const samples = await samplesOf(metrics);
    expect(samples.get(bucket('ok', '0.0005'))).toBe(1);
    expect(samples.get(bucket('ok', '0.1'))).toBe(1);
    expect(samples.get(bucket('ok', '0.237'))).toBe(3);
    expect(samples.get(bucket('ok', '0.25'))).toBe(4);
    expect(samples.get(bucket('ok', '10'))).toBe(4);
    expect(samples.get(bucket('ok', '+Inf'))).toBe(5);
    expect(samples.get(`slipway_request_duration_seconds_count{${labels},outcome="ok"}`)).toBe(5);
    expect(samples.get(`slipway_request_duration_seconds_sum{${labels},outcome="ok"}`)).toBeCloseTo(20.6744001, 9);
    expect(samples.get(bucket('error', '+Inf'))).toBe(0);
  });

  test('a bound that is an edge already makes no second one', async () => {
    const metrics = metricsOf();
    metrics.model(modelOf(250));
    metrics.model(modelOf(null, '2.0.0'));
    const edges = [...(await samplesOf(metrics)).keys()].filter((name) => name.includes('outcome="ok",le="0.25"'));
    expect(edges).toHaveLength(2);
  });

  test('opening a version again goes on counting; another bound starts anew', async () => {
    const metrics = metricsOf();
    metrics.model(modelOf(200)).request('ok', 0.1);
    metrics.model(modelOf(200)).request('ok', 0.1);
    expect((await samplesOf(metrics)).get(bucket('ok', '0.2'))).toBe(2);
    metrics.model(modelOf(300)).request('ok', 0.1);
    const samples = await samplesOf(metrics);
    expect(samples.get(bucket('ok', '0.3'))).toBe(1);
    expect(samples.get(bucket('ok', '0.2'))).toBeUndefined();
  });

  test('requests, records, fallbacks, events and facts are there by their labels', async () => {
    const metrics = metricsOf();
    const model = metrics.model(modelOf(200));
    model.records(3, 1);
    model.records(2, 0);
    model.fallback('error', 2);
    const count = metrics.route('POST', '/predict');
    for (const status of [200, 200, 400]) count(status);
    let isReady = true;
    metrics.ready(() => isReady);
    const samples = await samplesOf(metrics);
    const expected = {
      [`slipway_records_total{${labels}}`]: 5,
      [`slipway_records_refused_total{${labels}}`]: 1,
      [`slipway_fallbacks_total{${labels},reason="error"}`]: 2,
      'slipway_http_requests_total{method="POST",route="/predict",status="200"}': 2,
      'slipway_http_requests_total{method="POST",route="/predict",status="400"}': 1,
      slipway_events_written_total: 5,
      slipway_events_dropped_total: 2,
      slipway_events_failed_total: 1,
      slipway_log_lines_written_total: 0,
      slipway_ready: 1,
      [`slipway_build_info{version="1.2.3",node="${process.version}"}`]: 1,
      [`slipway_model_info{${labels},engine="compiled",digest="sha256:abc"}`]: 1,
    };
    for (const [name, value] of Object.entries(expected)) expect(samples.get(name), name).toBe(value);
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(0);
    isReady = false;
    expect((await samplesOf(metrics)).get('slipway_ready')).toBe(0);
  });
});

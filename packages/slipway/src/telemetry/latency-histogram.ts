import type { Metric } from 'prom-client';

export interface LatencyHistogram {
  /** Starts or continues the series of these labels. Answers the function that counts one latency, in seconds. */
  series(labels: Readonly<Record<string, string>>, edges: readonly number[]): (seconds: number) => void;
  /** For a registry of prom-client, which asks a metric for nothing but its values. */
  readonly metric: Metric;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly edges: readonly number[];
  /** Latencies in each bucket alone; the last is beyond the last edge. */
  readonly buckets: Float64Array;
  sum: number;
}

/**
 * A Prometheus histogram in which each series has edges of its own: one lies exactly at the latency bound of that
 * version's SLO, so that the share within the bound is counted and not estimated. It also costs a request next to
 * nothing, since labels are hashed once and not at every observation.
 */
export function createLatencyHistogram(name: string, help: string): LatencyHistogram {
  const all = new Map<string, Series>();
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [...all.values()].flatMap((series) => valuesOf(name, series)),
  });
  return {
    series(labels, edges) {
      const key = JSON.stringify(labels);
      const known = all.get(key);
      // Other edges begin a new count, which Prometheus takes for a restart: one series cannot have both.
      const goesOn = known !== undefined && String(known.edges) === String(edges);
      const series = goesOn ? known : { labels, edges, buckets: new Float64Array(edges.length + 1), sum: 0 };
      all.set(key, series);
      return (seconds) => count(series, seconds);
    },
    metric: { name, help, get } as unknown as Metric,
  };
}

function count(series: Series, seconds: number): void {
  const { edges, buckets } = series;
  let at = 0;
  while (at < edges.length && seconds > (edges[at] as number)) at += 1;
  buckets[at] = (buckets[at] as number) + 1;
  series.sum += seconds;
}

interface SeriesValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/** The values as the text format wants them: buckets cumulative, then sum and count. */
function valuesOf(name: string, { labels, edges, buckets, sum }: Series): SeriesValue[] {
  let total = 0;
  const values = [...edges, '+Inf' as const].map((edge, at): SeriesValue => {
    total += buckets[at] as number;
    return { labels: { ...labels, le: edge }, value: total, metricName: `${name}_bucket` };
  });
  values.push({ labels, value: sum, metricName: `${name}_sum` });
  values.push({ labels, value: total, metricName: `${name}_count` });
  return values;
}

import { Counter, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** A Prometheus counter whose series are plain numbers: counting hashes no label, and the registry asks at a scrape. */
export interface Tally {
  /** Starts or continues the series of these labels. Answers the function that adds to it. */
  series(labels: Labels): (count: number) => void;
}

export interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

export function createTally(registry: Registry, { name, help, labelNames }: TallyOptions): Tally {
  const all = new Map<string, { readonly labels: Labels; total: number }>();
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, total } of all.values()) this.inc(labels, total);
    },
  });
  return {
    series(labels) {
      const key = JSON.stringify(labels);
      const series = all.get(key) ?? { labels, total: 0 };
      all.set(key, series);
      return (count) => {
        series.total += count;
      };
    },
  };
}

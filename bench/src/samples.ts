import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Measurement, measurement } from './report.ts';

/** What each contestant took for each work, repetition after repetition. A work that ends in `ms` is in milliseconds, others in us. */
export type Samples = Map<string, { work: string; by: string; values: number[] }>;

export function note(samples: Samples, work: string, by: string, value: number): void {
  const key = `${work} by ${by}`;
  const entry = samples.get(key) ?? { work, by, values: [] };
  samples.set(key, entry);
  entry.values.push(value);
}

export function measurementsOf(samples: Samples): Measurement[] {
  return Array.from(samples.values(), ({ work, by, values }) =>
    measurement(work, by, work.endsWith('ms') ? 'ms' : 'us', values),
  );
}

/** The median of one contestant's work, NaN without a measurement of it. */
export function medianOf(measurements: readonly Measurement[], work: string, by: string): number {
  return measurements.find((one) => one.work === work && one.by === by)?.median ?? Number.NaN;
}

/** The version of a package that a bench compares with. */
export function versionOf(name: string): string {
  return JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`${name}/package.json`), 'utf8')).version;
}

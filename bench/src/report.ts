import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { MachineLoad } from './machine-load.ts';

/** What one bench found. Written to bench/results/<name>.json as it stands. */
export interface BenchReport {
  readonly name: string;
  /** One sentence: what was measured on what. */
  readonly about: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly short: boolean;
  readonly machine: Machine;
  readonly measurements: readonly Measurement[];
  readonly targets: readonly Target[];
  /** What its table and plot show besides. */
  readonly details?: unknown;
  /** Pictures by the ends of their names: they are stored as <name>-<end>.svg. */
  readonly pictures?: Readonly<Record<string, string>>;
}

/** What a bench found, and how busy the machine was meanwhile. */
export interface StoredReport extends BenchReport {
  readonly load: MachineLoad;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  /** Versions of what was measured against. */
  readonly peers: Readonly<Record<string, string>>;
}

/** The median of some repetitions, with the fastest and the slowest. */
export interface Measurement {
  readonly work: string;
  readonly by: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly repetitions: number;
}

/** A ratio with the target that the design sets for it. */
export interface Target {
  readonly what: string;
  readonly ratio: number;
  /** Met at or above it, or, where `lower` is better, at or below. */
  readonly target: number;
  readonly lower: boolean;
  readonly met: boolean;
}

export function describeMachine(peers: Readonly<Record<string, string>>): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    peers,
  };
}

export function measurement(work: string, by: string, unit: string, values: readonly number[]): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[Math.min(sorted.length - 1, Math.max(0, index))] ?? Number.NaN;
  return {
    work,
    by,
    unit,
    median: at(sorted.length >> 1),
    min: at(0),
    max: at(sorted.length - 1),
    repetitions: sorted.length,
  };
}

export function target(what: string, ratio: number, wanted: number, { lower = false } = {}): Target {
  return { what, ratio, target: wanted, lower, met: lower ? ratio <= wanted : ratio >= wanted };
}

/** Prints a report as two tables. */
export function printReport(report: StoredReport): void {
  console.log(`\n${report.name}: ${report.about}`);
  console.log(`${report.machine.cpu}, ${report.machine.cores} cores, Node ${report.machine.node}, ${report.date}\n`);
  const { before, othersShare, busy } = report.load;
  const others = othersShare === null ? 'unknown' : `${(100 * othersShare).toFixed(0)} %`;
  console.log(
    `  load average before: ${before.toFixed(2)}; taken by other processes: ${others}${busy ? ': BUSY' : ''}\n`,
  );
  for (const { work, by, unit, median, min, max } of report.measurements) {
    console.log(
      `  ${work.padEnd(44)} ${by.padEnd(28)} ${shown(median)} ${unit.padEnd(7)} (${shown(min).trim()} to ${shown(max).trim()})`,
    );
  }
  console.log('');
  for (const { what, ratio, target: wanted, lower, met } of report.targets) {
    console.log(
      `  ${what.padEnd(73)} ${shown(ratio)}   target ${lower ? 'at most' : 'at least'} ${wanted}: ${met ? 'met' : 'missed'}`,
    );
  }
}

function shown(value: number): string {
  return (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3)).padStart(8);
}

export function storeReport({ pictures = {}, ...report }: StoredReport): void {
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${report.name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`);
  for (const [end, svg] of Object.entries(pictures)) writeFileSync(new URL(`${report.name}-${end}.svg`, folder), svg);
}

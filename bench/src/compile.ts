import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeModel, engineVersion, type OnnxModel } from '@slipway/core';
import { boostedModel, forestModel, leafWiseModel } from '@slipway/testkit';
import type { CompileFigures } from './compile-child.ts';
import { type BenchReport, describeMachine, type Measurement, measurement, target } from './report.ts';

const child = fileURLToPath(new URL('compile-child.ts', import.meta.url));

const models: readonly { readonly name: string; readonly make: () => OnnxModel }[] = [
  {
    name: '1,000 trees of depth 6, 20 features',
    make: () => forestModel({ trees: 1000, depth: 6, features: 20, earlyLeaves: 0 }),
  },
  {
    name: '1,000 boosted trees of depth 8, 100 features',
    make: () => boostedModel({ trees: 1000, depth: 8, features: 100 }),
  },
  {
    name: '1,000 trees of 31 leaves, float64, 50 features',
    make: () => leafWiseModel({ trees: 1000, features: 50 }),
  },
  {
    name: '1,000 trees of 31 leaves, 10 of 50 features categories',
    make: () => leafWiseModel({ trees: 1000, features: 50, categorical: 10, categories: 60 }),
  },
  {
    name: '100 unbalanced trees of depth 14, 20 features',
    make: () => forestModel({ trees: 100, depth: 14, features: 20, earlyLeaves: 0.12 }),
  },
];

/** Compiling large forests in processes of their own, so that each is cold, and what a compiled session keeps in memory. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const rounds = short ? 1 : 7;
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const figures = new Map<string, CompileFigures[]>(models.map(({ name }) => [name, []]));
  try {
    const paths = models.map(({ make }, index) => {
      const path = join(folder, `${index}.onnx`);
      writeFileSync(path, encodeModel(make()));
      return path;
    });
    for (let round = 0; round < rounds; round++) {
      models.forEach(({ name }, index) => {
        figures.get(name)?.push(measured(paths[index] as string));
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return report(short, figures);
}

function measured(path: string): CompileFigures {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', child, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the process that compiles ${path} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as CompileFigures;
}

function report(short: boolean, figures: ReadonlyMap<string, readonly CompileFigures[]>): BenchReport {
  const measurements: Measurement[] = [];
  const targets: BenchReport['targets'][number][] = [];
  for (const [name, list] of figures) {
    const of = (work: string, unit: string, pick: (one: CompileFigures) => number) => {
      const found = measurement(`${name}: ${work}`, 'compiled', unit, list.map(pick));
      measurements.push(found);
      return found.median;
    };
    of('read the file', 'ms', (one) => one.decodeMs);
    const wall = of('lower, emit, first row', 'ms', (one) => one.lowerMs + one.emitMs + one.firstRowMs);
    of('the same, processor time', 'ms', (one) => one.cpuMs);
    of('artifact', 'kB', (one) => one.artifactBytes / 1024);
    const memory = of('memory of a session / artifact', 'times', (one) => one.sessionBytes / one.artifactBytes);
    targets.push(target(`${name}: seconds from graph to first answer`, wall / 1000, 1, { lower: true }));
    targets.push(target(`${name}: memory / artifact`, memory, 3, { lower: true }));
  }
  return {
    name: 'compile',
    about: 'a process for each model and round; memory is heap and external after collection, of a second session',
    date: new Date().toISOString(),
    short,
    machine: describeMachine({ engine: engineVersion }),
    measurements,
    targets,
  };
}

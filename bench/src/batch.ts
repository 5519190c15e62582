import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, version as duckdbVersion } from '@duckdb/node-api';
import { encodeModel } from '@slipway/core';
import { logisticModel } from '@slipway/testkit';
import { openModel, runBatch } from 'slipway';
import { type BenchReport, describeMachine, type Measurement, measurement, type Target, target } from './report.ts';

/** One file that is scored and copied in turn. */
interface Job {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly ending: 'csv' | 'parquet';
  /** Most that scoring may take, in times of the copy; null where the design sets none. */
  readonly ratioMax: number | null;
}

interface Times {
  readonly scored: readonly number[];
  readonly copied: readonly number[];
  /** The copy that reads and writes text alone, a harder thing to be compared with; empty for Parquet. */
  readonly copiedText: readonly number[];
  readonly pandas: readonly number[];
}

const slipway = 'slipway batch';
const copy = 'DuckDB COPY, no model';
const textCopy = 'DuckDB COPY, text only';
const pandas = 'pandas + joblib';
/** Names a Python with pandas, scikit-learn and joblib; without it their row is left out. */
const pythonVariable = 'SLIPWAY_BENCH_PYTHON';
const bin = fileURLToPath(new URL('../../packages/slipway/bin/slipway.js', import.meta.url));
const peer = fileURLToPath(new URL('../peers/batch_pandas.py', import.meta.url));

/**
 * `runBatch` in this process, from the path of a file to the output on the disk, the record beside it and all digests
 * made, against DuckDB's own COPY of the same file without a model, which flushes nothing and hashes nothing. Both open
 * a DuckDB of their own each time, with the threads that they choose. They take turns, so that a busy machine is busy
 * for both. Memory is the peak of whole `slipway batch` processes.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-batch-'));
  try {
    const measurements: Measurement[] = [];
    const targets: Target[] = [];
    for (const job of jobs(short)) {
      const times = await timesOf(folder, job, short ? 5 : 11);
      measurements.push(...measurementsOf(job, times));
      targets.push(...targetsOf(job, times));
    }
    const memory = await memoryOf(folder, short);
    return {
      name: 'batch',
      about: 'logistic regression over files in the page cache; runBatch in process against COPY, memory of processes',
      date: new Date().toISOString(),
      short,
      machine: describeMachine({ duckdb: duckdbVersion(), ...pythonVersions() }),
      measurements: [...measurements, ...memory.measurements],
      targets: [...targets, ...memory.targets],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function jobs(short: boolean): readonly Job[] {
  const rows = short ? 300_000 : 2_000_000;
  const wideRows = short ? 100_000 : 1_000_000;
  return [
    { name: 'CSV, 3 columns', columns: 3, rows, ending: 'csv', ratioMax: 1.6 },
    { name: 'CSV, 20 columns', columns: 20, rows: wideRows, ending: 'csv', ratioMax: 1.6 },
    { name: 'Parquet, 3 columns', columns: 3, rows, ending: 'parquet', ratioMax: 2.2 },
    { name: 'Parquet, 20 columns', columns: 20, rows: wideRows, ending: 'parquet', ratioMax: null },
  ];
}

async function timesOf(folder: string, { columns, rows, ending }: Job, rounds: number): Promise<Times> {
  const input = join(folder, `in-${columns}.${ending}`);
  const output = join(folder, `out.${ending}`);
  await makeFile(input, columns, rows);
  const launch = writeLaunch(folder, columns);
  const model = await openModel(launch, { synchronous: true });
  const scored: number[] = [];
  const copied: number[] = [];
  const copiedText: number[] = [];
  try {
    // One round first, so that files are in the page cache and functions compiled.
    for (let round = -1; round < rounds; round++) {
      const times = {
        scored: await seconds(() => runBatch({ model, input, output })),
        copied: await seconds(() => copyFile(`'${input}'`, output)),
        copiedText: ending === 'csv' ? await seconds(() => copyFile(textOf(input, columns), output)) : 0,
      };
      if (round < 0) continue;
      scored.push(times.scored);
      copied.push(times.copied);
      if (ending === 'csv') copiedText.push(times.copiedText);
    }
  } finally {
    await model.close();
  }
  return { scored, copied, copiedText, pandas: ending === 'csv' ? pandasTimes(folder, input, output, columns) : [] };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function copyFile(from: string, output: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (FROM ${from}) TO '${output}'`);
  connection.closeSync();
  instance.closeSync();
}

function textOf(input: string, columns: number): string {
  const names = columnNames(columns).map((name) => `'${name}': 'VARCHAR'`);
  return `read_csv('${input}', auto_detect=false, header=true, columns={${names.join(', ')}})`;
}

function columnNames(columns: number): readonly string[] {
  return ['learner_id', ...Array.from({ length: columns - 1 }, (_, at) => `f${at}`)];
}

/** Rows that differ, from a hash of their number: the same file everywhere. */
async function makeFile(path: string, columns: number, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const features = columnNames(columns).slice(1);
  const values = features.map((name, at) => `round((hash(row * ${at + 17} + 7) % 6000) / 1000.0 - 3, 3) AS ${name}`);
  await connection.run(
    `COPY (SELECT 'L' || row AS learner_id, ${values.join(', ')} FROM range(${rows}) r(row)) TO '${path}'`,
  );
  connection.closeSync();
  instance.closeSync();
}

function writeLaunch(folder: string, columns: number): string {
  const features = columnNames(columns).slice(1);
  const artifact = `model-${columns}.onnx`;
  writeFileSync(join(folder, artifact), encodeModel(logisticModel({ features: features.length })));
  const path = join(folder, `launch-${columns}.yaml`);
  const input = features.map((name) => `  ${name}: { type: number, minimum: -3, maximum: 3 }`);
  const text = `slipway: 1
model: bench
version: 1.0.0
artifact: ${artifact}
input:
${input.join('\n')}
unit: learner_id
output:
  risk: { type: number, minimum: 0, maximum: 1, from: output_probability, class: 1 }
  need: { type: boolean, threshold: { on: risk, at: 0.7 } }
`;
  writeFileSync(path, text);
  return path;
}

function pandasTimes(folder: string, input: string, output: string, columns: number): number[] {
  const python = process.env[pythonVariable];
  if (python === undefined) return [];
  const model = join(folder, `model-${columns}.joblib`);
  runPython(python, [peer, 'make', model, String(columns - 1)]);
  return [1, 2, 3].map(() => Number(runPython(python, [peer, 'score', model, input, output])));
}

function runPython(python: string, words: readonly string[]): string {
  const ran = spawnSync(python, words, { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${python} ${words.join(' ')} failed: ${ran.stderr}`);
  return ran.stdout;
}

function pythonVersions(): Readonly<Record<string, string>> {
  const python = process.env[pythonVariable];
  if (python === undefined) return {};
  const code = 'import pandas, sklearn, joblib; print(pandas.__version__, sklearn.__version__, joblib.__version__)';
  const [first = '', second = '', third = ''] = runPython(python, ['-c', code]).trim().split(' ');
  return { pandas: first, 'scikit-learn': second, joblib: third };
}

function measurementsOf(job: Job, times: Times): readonly Measurement[] {
  const work = `${job.name}, ${job.rows.toLocaleString('en-US')} rows`;
  const rows: readonly (readonly [by: string, values: readonly number[]])[] = [
    [slipway, times.scored],
    [copy, times.copied],
    [textCopy, times.copiedText],
    [pandas, times.pandas],
  ];
  return rows.filter(([, values]) => values.length > 0).map(([by, values]) => measurement(work, by, 's', values));
}

/** Ratios of the pairs of one round each, of which the median counts. */
function targetsOf({ name, ratioMax }: Job, { scored, copied }: Times): readonly Target[] {
  if (ratioMax === null) return [];
  const ratios = scored.map((value, round) => value / (copied[round] as number)).sort((a, b) => a - b);
  return [target(`${name}: batch / COPY`, ratios[ratios.length >> 1] as number, ratioMax, { lower: true })];
}

/** Peak memory of whole processes over a small and a large file. */
async function memoryOf(folder: string, short: boolean): Promise<Pick<BenchReport, 'measurements' | 'targets'>> {
  const measurements: Measurement[] = [];
  const targets: Target[] = [];
  const sizes = short ? [500_000, 1_000_000] : [2_000_000, 10_000_000];
  for (const ending of ['csv', 'parquet']) {
    const peaks: number[] = [];
    for (const rows of sizes) {
      const input = join(folder, `memory.${ending}`);
      await makeFile(input, 3, rows);
      const megabytes = peakMegabytes(folder, input, join(folder, `memory-out.${ending}`));
      peaks.push(megabytes);
      const work = `${ending}, 3 columns, ${rows.toLocaleString('en-US')} rows: memory`;
      measurements.push(measurement(work, slipway, 'MB', [megabytes]));
    }
    const [small, large] = peaks as [number, number];
    targets.push(target(`${ending}: peak memory over the large file, MB`, large, 400, { lower: true }));
    targets.push(target(`${ending}: peak memory, large file / small file`, large / small, 1.25, { lower: true }));
  }
  return { measurements, targets };
}

function peakMegabytes(folder: string, input: string, output: string): number {
  const launch = writeLaunch(folder, 3);
  const words = [bin, 'batch', input, output, '--launch', launch, '--json'];
  const ran = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`slipway batch ended with ${ran.status}: ${ran.stderr}`);
  return JSON.parse(ran.stdout).peak_memory_bytes / 1e6;
}

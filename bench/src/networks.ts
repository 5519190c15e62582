import {
  encodeModel,
  engineVersion,
  type FeatureBatch,
  lower,
  openCompiledSession,
  type RowFunction,
  type Session,
} from '@slipway/core';
import { denseNetwork, Random, randomBatch, wholeBinding } from '@slipway/testkit';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type BenchReport, describeMachine, target } from './report.ts';
import { measurementsOf, medianOf, note, type Samples, versionOf } from './samples.ts';

const rowCount = 1024;

/** Inputs, hidden layers and classes; the last holds as many weights as the compiler takes. */
const networks: readonly (readonly number[])[] = [
  [30, 100, 50, 3],
  [64, 64, 10],
  [784, 128, 10],
  [784, 160, 10],
];

interface Engines {
  readonly name: string;
  readonly session: Session;
  readonly row: RowFunction;
  readonly runtime: InferenceSession;
  readonly batch: FeatureBatch;
  readonly rows: readonly Float64Array[];
  readonly whole: Tensor;
  readonly single: readonly Tensor[];
}

/**
 * Networks of dense layers with Relu and softmax, compiled and in ONNX Runtime with one thread, interleaved. ONNX
 * Runtime gets tensors that were built before the clock starts.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const samples: Samples = new Map();
  for (const widths of networks) {
    const engines = await open(widths);
    await compareScores(engines);
    for (let times = 0; times < 5; times++) await repeat(engines, new Map());
    for (let times = 0; times < (short ? 5 : 21); times++) await repeat(engines, samples);
    await engines.runtime.release();
  }
  return report(short, samples);
}

async function open(widths: readonly number[]): Promise<Engines> {
  const name = `MLP ${widths.join('-')}`;
  const model = denseNetwork({ seed: 1, widths, head: 'softmax' });
  const binding = wholeBinding(model);
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(`${name}: ${lowering.reason}`);
  const session = openCompiledSession(lowering.program, binding);
  if (session.row === null) throw new Error(`${name}: has no row function`);
  const runtime = await InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const batch = randomBatch(binding, new Random(2), { rows: rowCount });
  const rows = Array.from({ length: rowCount }, (_, row) =>
    Float64Array.from(batch.columns, (column) => Number(column[row])),
  );
  const tensor = (numbers: readonly Float64Array[]) =>
    new Tensor('float32', Float32Array.from(numbers.flatMap((row) => [...row])), [numbers.length, widths[0] ?? 1]);
  return {
    name,
    session,
    row: session.row,
    runtime,
    batch,
    rows,
    whole: tensor(rows),
    single: rows.slice(0, 300).map((row) => tensor([row])),
  };
}

/** Both engines have to answer the same before it counts how fast they are. */
async function compareScores({ name, session, runtime, batch, whole }: Engines): Promise<void> {
  const lanes = (await session.run(batch)) as readonly Float32Array[];
  const theirs = (await runtime.run({ X: whole })).scores?.data as Float32Array;
  lanes.forEach((lane, column) => {
    lane.forEach((score, row) => {
      const difference = Math.abs(score - (theirs[row * lanes.length + column] ?? Number.NaN));
      if (!(difference < 1e-5)) throw new Error(`${name}: the engines differ by ${difference} in row ${row}`);
    });
  });
}

/** One repetition: each engine alone with single rows, then with columns. */
async function repeat(
  { name, session, row, runtime, batch, rows, whole, single }: Engines,
  samples: Samples,
): Promise<void> {
  const out = new Float64Array(session.binding.outputs.length);
  const microseconds = (started: number, count: number) => ((performance.now() - started) * 1000) / count;
  let started = performance.now();
  for (const numbers of rows) row(numbers, [], out);
  note(samples, `${name}: single row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  for (const tensor of single) await runtime.run({ X: tensor });
  note(samples, `${name}: single row`, 'onnxruntime-node', microseconds(started, single.length));
  started = performance.now();
  await session.run(batch);
  note(samples, `${name}: columns, a row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  await runtime.run({ X: whole });
  note(samples, `${name}: columns, a row`, 'onnxruntime-node', microseconds(started, rowCount));
}

function report(short: boolean, samples: Samples): BenchReport {
  const measurements = measurementsOf(samples);
  const median = (work: string, by: string) => medianOf(measurements, work, by);
  const works = [...new Set(measurements.map(({ work }) => work))];
  return {
    name: 'networks',
    about:
      '1,024 rows that differ, one thread, medians of interleaved repetitions; no target is set for networks: 1 is as fast as ONNX Runtime',
    date: new Date().toISOString(),
    short,
    machine: describeMachine({ 'onnxruntime-node': versionOf('onnxruntime-node'), engine: engineVersion }),
    measurements,
    targets: works.map((work) =>
      target(`${work}: onnxruntime-node / compiled`, median(work, 'onnxruntime-node') / median(work, 'compiled'), 1),
    ),
  };
}

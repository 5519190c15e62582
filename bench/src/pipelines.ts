import {
  type Binding,
  encodeModel,
  engineVersion,
  type FeatureBatch,
  lower,
  type OnnxModel,
  openCompiledSession,
  type RowFunction,
  type Session,
} from '@slipway/core';
import { categoryName, encoderModel, imputerModel, Random } from '@slipway/testkit';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type BenchReport, describeMachine, target } from './report.ts';
import { measurementsOf, medianOf, note, type Samples, versionOf } from './samples.ts';

const rowCount = 4096;
const numbers = 10;
const texts = 10;
const categories = 50;
/** What the issue asks of pipelines with encoders. */
const wanted = 5;

interface Contestant {
  readonly name: string;
  readonly model: OnnxModel;
  readonly texts: number;
}

const contestants: readonly Contestant[] = [
  { name: 'encoders and logistic', model: encoderModel('logistic', { numbers, texts, categories }), texts },
  {
    name: 'encoders, scaler and logistic',
    model: encoderModel('logistic', { numbers, texts, categories, scaled: true }),
    texts,
  },
  ...[6, 8].map((depth) => ({
    name: `encoders and 100 trees of depth ${depth}`,
    model: encoderModel('forest', { numbers, texts, categories, trees: 100, depth }),
    texts,
  })),
  {
    name: 'imputer, scaler and boosted trees',
    model: imputerModel({ numbers: 20, trees: 100, depth: 6 }),
    texts: 0,
  },
];

type Feeds = Record<string, Tensor>;

/** Rows that differ, in the form that each engine takes them. */
interface Rows {
  readonly batch: FeatureBatch;
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly (readonly string[])[];
  readonly whole: Feeds;
  readonly single: readonly Feeds[];
}

interface Engines {
  readonly session: Session;
  readonly row: RowFunction;
  readonly runtime: InferenceSession;
  /** The same rows, with texts that nobody has seen before. */
  readonly freshRows: () => Rows;
}

/**
 * Pipelines of encoders, scalers and imputers in front of a model, compiled and in ONNX Runtime with one thread,
 * interleaved. ONNX Runtime gets tensors that were built before the clock starts; only P(1) is asked of either. Each
 * repetition has texts of its own, as requests and files bring them: a text that was looked up before keeps its hash.
 */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const samples: Samples = new Map();
  for (const contestant of contestants) {
    const engines = await open(contestant, short ? 200 : 1000);
    await compareScores(contestant, engines);
    for (let times = 0; times < 8; times++) await repeat(contestant.name, engines, new Map());
    for (let times = 0; times < (short ? 7 : 21); times++) await repeat(contestant.name, engines, samples);
    await engines.runtime.release();
  }
  return report(short, samples);
}

async function open({ name, model, texts: textColumns }: Contestant, singles: number): Promise<Engines> {
  const inputs = model.graph.inputs.flatMap(({ name: input, type, shape }) =>
    Array.from({ length: Number(shape?.[1]) }, (_, column) => ({ input, type: type ?? 'float32', column, width: 1 })),
  );
  const binding: Binding = { inputs, outputs: [{ output: 'probabilities', column: 1, type: 'float32', labels: null }] };
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(`${name}: ${lowering.reason}`);
  const session = openCompiledSession(lowering.program, binding);
  if (session.row === null) throw new Error(`${name}: has no row function`);
  const runtime = await InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const columns = makeColumns(binding, textColumns);
  const freshRows = () => makeRows(model, binding, columns.map(freshColumn), singles);
  return { session, row: session.row, runtime, freshRows };
}

type Column = FeatureBatch['columns'][number];

/** One value in 50 is missing or a category that the model does not know. */
function makeColumns(binding: Binding, textColumns: number): readonly Column[] {
  const random = new Random(42);
  const strange = () => random.next() < 0.02;
  return binding.inputs.map(({ type }, index) => {
    const column = index - (binding.inputs.length - textColumns);
    if (type !== 'string')
      return Float64Array.from({ length: rowCount }, () =>
        strange() && textColumns === 0 ? Number.NaN : random.normal(),
      );
    return Array.from({ length: rowCount }, () =>
      strange() ? 'none that is known' : categoryName(column, random.integer(categories)),
    );
  });
}

/** Equal texts in strings of their own. */
function freshColumn(column: Column): Column {
  return column instanceof Float64Array ? column : column.map((text) => Buffer.from(text).toString('utf8'));
}

function makeRows(model: OnnxModel, binding: Binding, columns: readonly Column[], singles: number): Rows {
  const feeds = (from: number, count: number) => feedsOf(model, binding, columns, from, count);
  const each = Array.from({ length: rowCount }, (_, row) => row);
  const ofRow = <T>(row: number, kind: (column: (typeof columns)[number]) => boolean) =>
    columns.filter(kind).map((column) => column[row] as T);
  return {
    batch: { rows: rowCount, columns },
    numbers: each.map((row) => Float64Array.from(ofRow<number>(row, (column) => column instanceof Float64Array))),
    texts: each.map((row) => ofRow<string>(row, (column) => !(column instanceof Float64Array))),
    whole: feeds(0, rowCount),
    single: each.slice(0, singles).map((row) => feeds(row, 1)),
  };
}

function feedsOf(
  model: OnnxModel,
  binding: Binding,
  columns: FeatureBatch['columns'],
  from: number,
  count: number,
): Feeds {
  return Object.fromEntries(
    model.graph.inputs.map(({ name, type, shape }) => {
      const width = Number(shape?.[1]);
      const own = columns.filter((_, index) => binding.inputs[index]?.input === name);
      const values = Array.from({ length: count * width }, (_, at) => own[at % width]?.[from + Math.floor(at / width)]);
      const data = type === 'string' ? (values as string[]) : Float32Array.from(values as number[]);
      return [name, new Tensor(type as 'float32', data as Float32Array, [count, width])];
    }),
  );
}

/** Both engines have to answer the same before it counts how fast they are. */
async function compareScores({ name }: Contestant, { session, runtime, freshRows }: Engines): Promise<void> {
  const rows = freshRows();
  const [ours] = (await session.run(rows.batch)) as readonly Float32Array[];
  const answer = await runtime.run(rows.whole, ['probabilities']);
  const theirs = answer.probabilities?.data as Float32Array;
  for (let row = 0; row < rowCount; row++) {
    const difference = Math.abs((ours?.[row] ?? Number.NaN) - (theirs[2 * row + 1] ?? Number.NaN));
    if (!(difference < 1e-6)) throw new Error(`${name}: the engines differ by ${difference} in row ${row}`);
  }
}

/** One repetition: each engine alone with single rows, then with columns. */
async function repeat(name: string, { session, row, runtime, freshRows }: Engines, samples: Samples): Promise<void> {
  let rows = freshRows();
  const out = new Float64Array(1);
  const microseconds = (started: number, count: number) => ((performance.now() - started) * 1000) / count;
  let started = performance.now();
  for (let index = 0; index < rowCount; index++) row(rows.numbers[index] as Float64Array, rows.texts[index] ?? [], out);
  note(samples, `${name}: single row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  for (const feeds of rows.single) await runtime.run(feeds, ['probabilities']);
  note(samples, `${name}: single row`, 'onnxruntime-node', microseconds(started, rows.single.length));
  rows = freshRows();
  started = performance.now();
  await session.run(rows.batch);
  note(samples, `${name}: columns, a row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  await runtime.run(rows.whole, ['probabilities']);
  note(samples, `${name}: columns, a row`, 'onnxruntime-node', microseconds(started, rowCount));
}

function report(short: boolean, samples: Samples): BenchReport {
  const measurements = measurementsOf(samples);
  const median = (work: string, by: string) => medianOf(measurements, work, by);
  const works = [...new Set(measurements.map(({ work }) => work))];
  return {
    name: 'pipelines',
    about: `${numbers} numbers and ${texts} texts of ${categories} categories (20 numbers before the boosted trees), 4,096 rows that differ, one thread, medians of interleaved repetitions`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine({ 'onnxruntime-node': versionOf('onnxruntime-node'), engine: engineVersion }),
    measurements,
    targets: works.map((work) =>
      target(
        `${work}: onnxruntime-node / compiled`,
        median(work, 'onnxruntime-node') / median(work, 'compiled'),
        wanted,
      ),
    ),
  };
}

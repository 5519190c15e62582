import {
  type Binding,
  encodeModel,
  engineVersion,
  lower,
  type OnnxModel,
  openCompiledSession,
  type Program,
  type RowFunction,
  type Session,
} from '@slipway/core';
import { boostedModel, forestModel, leafWiseModel, logisticModel, Random } from '@slipway/testkit';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { buildCTrees, type CompleteTrees, type CTrees } from './c-trees.ts';
import { type BenchReport, describeMachine, target } from './report.ts';
import { measurementsOf, medianOf, note, type Samples, versionOf } from './samples.ts';

const features = 20;
const rowCount = 4096;

/** Rows that differ, in the form that each engine takes them. */
interface Rows {
  readonly columns: readonly Float64Array[];
  readonly numbers: readonly Float64Array[];
  readonly matrix: { readonly float32: Float32Array; readonly float64: Float64Array };
}

interface Contestant {
  readonly name: string;
  readonly model: OnnxModel;
  readonly output: string;
  /** The column of the output, 1 unless it is given. */
  readonly column?: number;
  readonly type?: 'float32' | 'float64';
}

interface Engines {
  readonly session: Session;
  readonly row: RowFunction;
  readonly program: Program;
  readonly runtime: InferenceSession;
}

const contestants: readonly Contestant[] = [
  {
    name: '100 trees of depth 6',
    model: forestModel({ trees: 100, depth: 6, features, earlyLeaves: 0 }),
    output: 'probabilities',
  },
  {
    name: '100 boosted trees, missing values',
    model: boostedModel({ trees: 100, depth: 6, features }),
    output: 'probabilities',
  },
  {
    name: '100 trees of depth 12, early leaves',
    model: forestModel({ trees: 100, depth: 12, features, earlyLeaves: 0.2 }),
    output: 'probabilities',
  },
  {
    name: '500 trees of 31 leaves, float64',
    model: leafWiseModel({ trees: 500, features }),
    output: 'scores',
    column: 0,
    type: 'float64',
  },
  { name: 'logistic regression', model: logisticModel({ features, zipMap: false }), output: 'output_probability' },
];

/** Compiled trees against ONNX Runtime with one thread, and against C, interleaved in one process over 4,096 rows that differ. */
export async function run({ short }: { readonly short: boolean }): Promise<BenchReport> {
  const repetitions = short ? 7 : 21;
  const rows = makeRows();
  const samples: Samples = new Map();
  let c: CTrees | null = null;
  for (const [index, contestant] of contestants.entries()) {
    const engines = await openCold(contestant, rows, samples);
    if (index === 0) c = buildCTrees(completeTrees(engines.program), rows.matrix.float32);
    warm(engines, rows);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await repeat(contestant, engines, rows, samples, short ? 400 : 1500);
      if (index === 0 && c !== null) runC(c, engines.session, rows, samples);
    }
    await engines.runtime.release();
  }
  c?.close();
  return report(short, samples, c);
}

function makeRows(): Rows {
  const random = new Random(42);
  const columns = Array.from({ length: features }, () =>
    Float64Array.from({ length: rowCount }, () => random.normal()),
  );
  const numbers = Array.from({ length: rowCount }, (_, row) =>
    Float64Array.from(columns, (column) => column[row] ?? 0),
  );
  const float64 = Float64Array.from(
    { length: rowCount * features },
    (_, at) => columns[at % features]?.[Math.floor(at / features)] ?? 0,
  );
  return { columns, numbers, matrix: { float32: Float32Array.from(float64), float64 } };
}

/** Opens both engines and times their first answers, before anything is warm. */
async function openCold(contestant: Contestant, rows: Rows, samples: Samples): Promise<Engines> {
  const { name, model, output, type = 'float32', column: wanted = 1 } = contestant;
  const binding: Binding = {
    inputs: Array.from({ length: features }, (_, column) => ({ input: 'X', type, column, width: 1 })),
    outputs: [{ output, column: wanted, type, labels: null }],
  };
  const started = performance.now();
  const lowering = lower(model, binding);
  if (lowering.kind === 'refused') throw new Error(`${name}: ${lowering.reason}`);
  const session = openCompiledSession(lowering.program, binding);
  const { row } = session;
  if (row === null) throw new Error(`${name}: has no row function`);
  const opened = performance.now();
  row(rows.numbers[0] as Float64Array, [], new Float64Array(1));
  const answered = performance.now();
  session.run({ rows: rowCount, columns: rows.columns });
  const scored = performance.now();
  note(samples, `${name}: open, ms`, 'compiled', opened - started);
  note(samples, `${name}: first row, cold`, 'compiled', (answered - opened) * 1000);
  note(samples, `${name}: first 4,096 columns, cold, a row`, 'compiled', ((scored - answered) * 1000) / rowCount);
  return {
    session,
    row,
    program: lowering.program,
    runtime: await openRuntimeCold(contestant, rows, samples),
  };
}

async function openRuntimeCold(contestant: Contestant, rows: Rows, samples: Samples): Promise<InferenceSession> {
  const { name, model, output } = contestant;
  const started = performance.now();
  const runtime = await InferenceSession.create(encodeModel(model), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const opened = performance.now();
  await runtime.run({ X: matrixOf(contestant, rows, 0, 1) }, [output]);
  const answered = performance.now();
  await runtime.run({ X: matrixOf(contestant, rows, 0, rowCount) }, [output]);
  note(samples, `${name}: open, ms`, 'onnxruntime-node', opened - started);
  note(samples, `${name}: first row, cold`, 'onnxruntime-node', (answered - opened) * 1000);
  note(
    samples,
    `${name}: first 4,096 columns, cold, a row`,
    'onnxruntime-node',
    ((performance.now() - answered) * 1000) / rowCount,
  );
  return runtime;
}

/** Rows `from` to `to`, in the model's type. */
function matrixOf({ type }: Contestant, { matrix }: Rows, from: number, to: number): Tensor {
  const dims = [to - from, features];
  if (type === 'float64') return new Tensor('float64', matrix.float64.subarray(from * features, to * features), dims);
  return new Tensor('float32', matrix.float32.subarray(from * features, to * features), dims);
}

function warm({ session, row }: Engines, rows: Rows): void {
  const out = new Float64Array(1);
  for (let times = 0; times < 8; times++) {
    for (const numbers of rows.numbers) row(numbers, [], out);
    session.run({ rows: rowCount, columns: rows.columns });
  }
}

/** One repetition: each engine alone with single rows, then with columns. */
async function repeat(
  contestant: Contestant,
  { session, row, runtime }: Engines,
  rows: Rows,
  samples: Samples,
  singles: number,
): Promise<void> {
  const { name, output } = contestant;
  const out = new Float64Array(1);
  const microseconds = (started: number, count: number) => ((performance.now() - started) * 1000) / count;
  let started = performance.now();
  for (const numbers of rows.numbers) row(numbers, [], out);
  note(samples, `${name}: single row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  for (let index = 0; index < singles; index++) {
    await runtime.run({ X: matrixOf(contestant, rows, index, index + 1) }, [output]);
  }
  note(samples, `${name}: single row`, 'onnxruntime-node', microseconds(started, singles));
  started = performance.now();
  session.run({ rows: rowCount, columns: rows.columns });
  note(samples, `${name}: columns, a row`, 'compiled', microseconds(started, rowCount));
  started = performance.now();
  await runtime.run({ X: matrixOf(contestant, rows, 0, rowCount) }, [output]);
  note(samples, `${name}: columns, a row`, 'onnxruntime-node', microseconds(started, rowCount));
}

/** Runs the C forms, and makes sure that they score what we score. */
function runC(c: CTrees, session: Session, rows: Rows, samples: Samples): void {
  const [scores] = session.run({ rows: rowCount, columns: rows.columns }) as readonly Float32Array[];
  const sum = (scores ?? new Float32Array(0)).reduce((total, score) => total + score, 0);
  const name = contestants[0]?.name;
  for (const form of c.run()) {
    if (Math.abs(form.sum / sum - 1) > 1e-6) throw new Error(`C form ${form.name} sums to ${form.sum}, not ${sum}`);
    note(samples, `${name}: columns, a row`, `C ${form.name}`, form.warmNs / 1000);
    note(samples, `${name}: columns, a row, first pass`, `C ${form.name}`, form.coldNs / 1000);
  }
}

/** The forest's trees as heaps, out of the compiled program. Yes, `x <= threshold`, is left here. */
function completeTrees(program: Program): CompleteTrees {
  const step = program.steps.find((candidate) => candidate.op === 'trees');
  if (step === undefined) throw new Error('the model has no trees');
  const { nodes, roots, leaves } = step.ensemble;
  const depth = 6;
  const size = 1 << depth;
  const heaps = {
    feature: new Int32Array(roots.length * size),
    threshold: new Float32Array(roots.length * size),
    leaves: new Float32Array(roots.length * size),
  };
  roots.forEach((root, tree) => {
    const place = (child: number, at: number): void => {
      if (child < 0) {
        heaps.leaves[tree * size + at - size] = leaves[~child] ?? 0;
        return;
      }
      heaps.feature[tree * size + at] = step.inputs[nodes.feature[child] ?? 0]?.column ?? 0;
      heaps.threshold[tree * size + at] = nodes.threshold[child] ?? 0;
      place(nodes.yes[child] ?? 0, 2 * at);
      place(nodes.no[child] ?? 0, 2 * at + 1);
    };
    place(root, 1);
  });
  return { trees: roots.length, depth, features, ...heaps };
}

function report(short: boolean, samples: Samples, c: CTrees | null): BenchReport {
  const measurements = measurementsOf(samples);
  const median = (work: string, by: string) => medianOf(measurements, work, by);
  const [first] = contestants;
  const single = `${first?.name}: single row`;
  const columns = `${first?.name}: columns, a row`;
  const fastest = Math.min(
    ...measurements.filter((one) => one.work === columns && one.by.startsWith('C ')).map((one) => one.median),
  );
  return {
    name: 'compiled-trees',
    about: `${features} features, 4,096 rows that differ, one thread, medians of interleaved repetitions`,
    date: new Date().toISOString(),
    short,
    machine: describeMachine({
      'onnxruntime-node': versionOf('onnxruntime-node'),
      engine: engineVersion,
      c: c?.compiler ?? 'no gcc',
    }),
    measurements,
    targets: [
      target(
        'single row: onnxruntime-node / compiled',
        median(single, 'onnxruntime-node') / median(single, 'compiled'),
        10,
      ),
      target(
        'columns: onnxruntime-node / compiled',
        median(columns, 'onnxruntime-node') / median(columns, 'compiled'),
        3,
      ),
      ...(c === null ? [] : [target('columns: fastest C form / compiled', fastest / median(columns, 'compiled'), 1)]),
    ],
  };
}

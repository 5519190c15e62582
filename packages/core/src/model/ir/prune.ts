import { type FloatArray, inputsOf, type Lane, type Program, type Step, withLanes } from './program.ts';
import { floatsOf, type TreeEnsemble } from './tree-ensemble.ts';

/** Drops every step and lane that no output needs, so that only wanted columns are computed. */
export function prune(program: Program): Program {
  const wanted = program.widths.map((width) => new Uint8Array(width));
  const want = (lane: Lane) => {
    wanted[lane.value][lane.column] = 1;
  };
  for (const output of program.outputs) want(output.lane);
  const kept = program.steps.toReversed().flatMap((step) => {
    const columns = keptColumns(step, wanted[step.out]);
    if (columns.length === 0) return [];
    const narrowed = narrow(step, columns);
    for (const lane of inputsOf(narrowed)) want(lane);
    return [{ step: narrowed, columns }];
  });
  return renumber(program, kept.toReversed());
}

function keptColumns(step: Step, wanted: Uint8Array): number[] {
  const columns = Array.from(wanted, (_, column) => column);
  if (step.op === 'guard') return columns;
  const some = columns.filter((column) => wanted[column] === 1);
  // A softmax or a norm is over all its inputs, however few of its outputs are read.
  const whole = some.length > 0 && (step.op === 'softmax' || step.op === 'normalize');
  return whole ? columns : some;
}

function narrow(step: Step, columns: readonly number[]): Step {
  const pick = <T>(values: readonly T[]) => columns.map((column) => values[column]);
  const pickFloats = (values: Float32Array) => Float32Array.from(columns, (column) => values[column]);
  switch (step.op) {
    case 'load':
      return { ...step, from: pick(step.from) };
    case 'constant':
      return { ...step, values: pick(step.values) };
    case 'scale':
      return { ...step, inputs: pick(step.inputs), offset: pickFloats(step.offset), factor: pickFloats(step.factor) };
    case 'map':
    case 'lookup':
    case 'position':
      return { ...step, inputs: pick(step.inputs) };
    case 'impute':
      return { ...step, inputs: pick(step.inputs), by: pick(step.by) };
    case 'category':
      return { ...step, from: pick(step.from) };
    case 'hot':
      return { ...step, inputs: pick(step.inputs), at: pick(step.at) };
    case 'pair':
      return { ...step, inputs: pick(step.inputs), others: pick(step.others) };
    case 'select':
      return {
        ...step,
        conditions: pick(step.conditions),
        inputs: pick(step.inputs),
        others: pick(step.others),
      };
    case 'reduce':
      return { ...step, groups: pick(step.groups) };
    case 'linear':
      return { ...step, ...pickRows(step, step.inputs.length, columns) };
    case 'codedLinear':
      return {
        ...step,
        ...pickRows(step, step.inputs.length, columns),
        tables: step.tables.map((table) => table && pickTableRows(step, table, columns)),
      };
    case 'distances':
      return { ...step, vectors: pickRows({ weights: step.vectors, bias: null }, step.inputs.length, columns).weights };
    case 'dense':
      return { ...step, ...pickRows(step, step.source?.from.length ?? step.inputs.length, columns) };
    case 'trees':
      return narrowTrees(step.inputs, step.ensemble, columns, step.out);
    case 'guard':
    case 'softmax':
    case 'normalize':
    case 'argmax':
    case 'above':
      return step;
  }
}

/** The rows of a sum that are wanted. */
function pickRows<T extends FloatArray>(
  { weights, bias }: { readonly weights: T; readonly bias: T | null },
  count: number,
  rows: readonly number[],
): { weights: T; bias: T | null } {
  if (rows.length * count === weights.length) return { weights, bias };
  const picked = weights.slice(0, rows.length * count) as T;
  rows.forEach((row, index) => {
    picked.set(weights.subarray(row * count, (row + 1) * count), index * count);
  });
  return {
    weights: picked,
    bias: bias === null ? null : (bias.slice(0, rows.length).map((_, at) => bias[rows[at]]) as T),
  };
}

function pickTableRows(
  { weights, inputs }: { readonly weights: FloatArray; readonly inputs: readonly Lane[] },
  table: FloatArray,
  rows: readonly number[],
): FloatArray {
  const all = weights.length / inputs.length;
  const picked = table.slice(0, (table.length / all) * rows.length);
  return picked.map((_, at) => table[Math.floor(at / rows.length) * all + rows[at % rows.length]]);
}

/** Keeps the wanted targets, and the inputs that some node reads. */
function narrowTrees(inputs: readonly Lane[], ensemble: TreeEnsemble, columns: readonly number[], out: number): Step {
  const { nodes, targets } = ensemble;
  const read = new Uint8Array(inputs.length);
  for (const feature of nodes.feature) read[feature] = 1;
  const used = [...inputs.keys()].filter((input) => read[input] === 1);
  const place = new Int32Array(inputs.length);
  used.forEach((input, index) => {
    place[input] = index;
  });
  const feature = used.length === inputs.length ? nodes.feature : nodes.feature.map((old) => place[old]);
  return {
    op: 'trees',
    out,
    inputs: used.map((index) => inputs[index]),
    ensemble: {
      ...ensemble,
      nodes: { ...nodes, feature },
      leaves: columns.length === targets ? ensemble.leaves : leavesOf(ensemble, columns),
      targets: columns.length,
    },
  };
}

function leavesOf({ precision, leaves, targets }: TreeEnsemble, columns: readonly number[]): FloatArray {
  const count = leaves.length / targets;
  const kept = floatsOf(precision, count * columns.length);
  for (let leaf = 0; leaf < count; leaf++) {
    columns.forEach((column, index) => {
      kept[leaf * columns.length + index] = leaves[leaf * targets + column];
    });
  }
  return kept;
}

interface Kept {
  readonly step: Step;
  /** The old columns of the step's value, in their new order. */
  readonly columns: readonly number[];
}

function renumber(program: Program, kept: readonly Kept[]): Program {
  const places = new Map<number, Map<number, Lane>>();
  kept.forEach(({ step, columns }, value) => {
    places.set(step.out, new Map(columns.map((column, index) => [column, { value, column: index }])));
  });
  const moved = (lane: Lane): Lane => places.get(lane.value)?.get(lane.column) as Lane;
  const steps = kept.map(({ step }, out) => ({ ...withLanes(step, moved), out }));
  const outputs = program.outputs.map((output) => ({ ...output, lane: moved(output.lane) }));
  return { features: program.features, widths: kept.map(({ columns }) => columns.length), steps, outputs };
}

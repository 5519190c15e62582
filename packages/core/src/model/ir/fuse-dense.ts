import { fusedSource, termsMax } from './dense-source.ts';
import {
  type DenseStep,
  type FloatArray,
  inputsOf,
  type Lane,
  type LinearStep,
  type Program,
  type Step,
} from './program.ts';
import { prune } from './prune.ts';

/** A layer of up to so many products is written out term by term. */
const productsMax = 96;

/**
 * Makes one step of each wide sum and each layer of a network: inputs, products, bias and activation, which runs as loops
 * over tables. Written out it would be more code than engines optimise. The arithmetic stays the same.
 */
export function fuseDense(program: Program): Program {
  const readers = readersOf(program);
  const steps = [...program.steps];
  for (const step of program.steps) {
    if (step.op !== 'linear' || !isLarge(step)) continue;
    const dense = layerOf(program, step, readers);
    steps[dense.out] = dense;
  }
  return steps.some((step) => step.op === 'dense') ? prune({ ...program, steps }) : program;
}

function isLarge({ inputs, weights }: LinearStep): boolean {
  return inputs.length > termsMax || weights.length > productsMax;
}

/** The layer stands where its last step stood; what it takes in is dropped when nobody reads it. */
function layerOf(program: Program, step: LinearStep, readers: Readers): DenseStep {
  const { inputs, weights } = step;
  const added = step.bias === null ? addedBias(program, step, readers) : null;
  const bias = step.bias ?? added?.bias ?? null;
  const sum = added?.out ?? step.out;
  const mapped = onlyReader(program, sum, readers);
  const activated =
    mapped?.op === 'map' && mapped.precision === precisionOf(weights) && isWhole(program, sum, mapped.inputs);
  const source = fusedSource(program, inputs);
  return {
    op: 'dense',
    out: activated ? mapped.out : sum,
    inputs: source === null ? inputs : [],
    source,
    weights,
    bias,
    activation: activated ? mapped.fn : null,
  };
}

function precisionOf(weights: FloatArray): 'float32' | 'float64' {
  return weights instanceof Float32Array ? 'float32' : 'float64';
}

/** Constants that the only reader of a sum adds to it: MatMul and Add. */
function addedBias(
  program: Program,
  step: LinearStep,
  readers: Readers,
): { readonly out: number; readonly bias: FloatArray } | null {
  const next = onlyReader(program, step.out, readers);
  if (next?.op !== 'pair' || next.fn !== 'add' || next.precision !== precisionOf(step.weights)) return null;
  const [own, others] = isWhole(program, step.out, next.inputs)
    ? [next.inputs, next.others]
    : [next.others, next.inputs];
  if (!isWhole(program, step.out, own)) return null;
  const values = others.map((lane) => constantOf(program, lane));
  if (!values.every((value) => value !== null)) return null;
  const bias = step.weights instanceof Float32Array ? Float32Array.from(values) : Float64Array.from(values);
  return { out: next.out, bias };
}

function constantOf(program: Program, { value, column }: Lane): number | null {
  const step = program.steps[value];
  return step.op === 'constant' ? step.values[column] : null;
}

/** True where the lanes are all of a value's, in their order. */
export function isWhole(program: Program, value: number, lanes: readonly Lane[]): boolean {
  return (
    lanes.length === program.widths[value] &&
    lanes.every((lane, column) => lane.value === value && lane.column === column)
  );
}

/** Steps that read each value; null among them stands for an output. */
type Readers = readonly ReadonlySet<number | null>[];

function readersOf(program: Program): Readers {
  const readers = program.widths.map(() => new Set<number | null>());
  for (const step of program.steps) for (const { value } of inputsOf(step)) readers[value].add(step.out);
  for (const { lane } of program.outputs) readers[lane.value].add(null);
  return readers;
}

function onlyReader(program: Program, value: number, readers: Readers): Step | null {
  const [reader] = readers[value];
  return readers[value].size === 1 && reader !== null && reader !== undefined ? program.steps[reader] : null;
}

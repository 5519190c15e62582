import { inputsOf, type Lane, type MapFunction, type Program, type Step } from '../ir/program.ts';

/** What an output's value comes from: the steps before it, by kind. */
export function stepsBehind(program: Program, lane: Lane): readonly Step[] {
  const seen = new Set<number>();
  const open = [lane.value];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    for (const input of inputsOf(program.steps[value])) open.push(input.value);
  }
  return [...seen].map((value) => program.steps[value]);
}

/**
 * True where both engines take the same float32 steps, so that every bit must agree: no sum whose order differs, no
 * function that each computes in its own way.
 */
export function isExact(program: Program, lane: Lane): boolean {
  return stepsBehind(program, lane).every((step) => {
    if (step.op === 'map') return !inexact.has(step.fn);
    if (step.op === 'pair') return step.fn !== 'power';
    // The order of a sum or a product shows only where each step is rounded.
    const rounds = step.op === 'reduce' && (step.precision === 'float32' || step.precision === 'float64');
    if (rounds && (step.fn === 'sum' || step.fn === 'product')) return false;
    return step.op !== 'linear' && step.op !== 'softmax' && step.op !== 'normalize';
  });
}

/** Functions that each engine computes in its own way. */
const inexact: ReadonlySet<MapFunction> = new Set([
  'logistic',
  'logisticOfNegative',
  'probit',
  'exp',
  'log',
  'expm1',
  'sigmoid',
  'tanh',
  'softplus',
  'erf',
  'gelu',
  'geluTanh',
]);

/** Values of each feature at which some tree changes its answer, seen through scaling. */
export function edgesOf(program: Program): Float64Array[] {
  const edges = program.features.map(() => new Set<number>());
  for (const step of program.steps) {
    if (step.op !== 'trees') continue;
    const { nodes } = step.ensemble;
    const sources = step.inputs.map((lane) => sourceOf(program, lane));
    for (let node = 0; node < nodes.count; node++) {
      const source = sources[nodes.feature[node]];
      const value = source?.invert(nodes.threshold[node]);
      if (source !== null && value !== undefined && Number.isFinite(value)) edges[source.feature].add(value);
    }
  }
  return edges.map((set) => Float64Array.from(set));
}

interface Source {
  readonly feature: number;
  /** The feature's value for which the lane has (about) this one. */
  readonly invert: (value: number) => number;
}

function sourceOf(program: Program, lane: Lane): Source | null {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'load':
      return { feature: step.from[lane.column].feature, invert: (value) => value };
    case 'map':
      return step.fn === 'round' ? sourceOf(program, step.inputs[lane.column]) : null;
    case 'scale': {
      const inner = sourceOf(program, step.inputs[lane.column]);
      const offset = step.offset[lane.column];
      const factor = step.factor[lane.column];
      return inner === null
        ? null
        : { feature: inner.feature, invert: (value) => inner.invert(value / factor + offset) };
    }
    default:
      return null;
  }
}

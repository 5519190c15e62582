import type { Lane, Program, Step } from '../ir/program.ts';

/** Where a model changes its mind about one feature. */
export interface FeatureEdges {
  /** Thresholds of trees and keys of encoders, seen through scaling. */
  readonly numbers: Float64Array;
  /** Keys of encoders. */
  readonly texts: readonly string[];
  /** True where a value that is none of the keys is an error to the model. */
  readonly closed: boolean;
}

/** The edges of each feature of the program. */
export function edgesOf(program: Program): FeatureEdges[] {
  const numbers = program.features.map(() => new Set<number>());
  const texts = program.features.map(() => new Set<string>());
  const closed = program.features.map(() => false);
  for (const step of program.steps) {
    if (step.op === 'category') for (const feature of step.from) for (const key of step.keys) texts[feature].add(key);
    if (step.op === 'guard')
      for (const lane of step.inputs) for (const feature of keyedBy(program, lane)) closed[feature] = true;
    for (const { lane, value } of questionsOf(step)) {
      const source = sourceOf(program, lane);
      const edge = source?.invert(value);
      if (source !== null && edge !== undefined && Number.isFinite(edge)) numbers[source.feature].add(edge);
    }
  }
  return program.features.map((_, feature) => ({
    numbers: Float64Array.from(numbers[feature]),
    texts: [...texts[feature]],
    closed: closed[feature],
  }));
}

interface Question {
  readonly lane: Lane;
  readonly value: number;
}

/** What a step compares its inputs with. */
function questionsOf(step: Step): readonly Question[] {
  switch (step.op) {
    case 'trees': {
      const { feature, threshold } = step.ensemble.nodes;
      return Array.from(feature, (input, node) => ({ lane: step.inputs[input], value: threshold[node] }));
    }
    case 'position':
      return step.inputs.flatMap((lane) => step.keys.map((value) => ({ lane, value })));
    case 'hot':
      return step.inputs.map((lane, column) => ({ lane, value: step.at[column] }));
    case 'above':
      return step.inputs.map((lane) => ({ lane, value: step.at }));
    case 'impute':
      return step.inputs.map((lane) => ({ lane, value: step.replaced }));
    default:
      return [];
  }
}

/** The features that a place among keys comes from. */
function keyedBy(program: Program, lane: Lane): readonly number[] {
  const step = program.steps[lane.value];
  if (step.op === 'category') return [step.from[lane.column]];
  if (step.op !== 'position') return [];
  const source = sourceOf(program, step.inputs[lane.column]);
  return source === null ? [] : [source.feature];
}

interface Source {
  readonly feature: number;
  /** The feature's value for which the lane has (about) this one. */
  readonly invert: (value: number) => number;
}

/** Functions that change no value that is an edge, or nearly so. */
const rounding: ReadonlySet<string> = new Set(['round', 'toInt32', 'toInt64']);

function sourceOf(program: Program, lane: Lane): Source | null {
  const step = program.steps[lane.value];
  switch (step.op) {
    case 'load':
      return { feature: step.from[lane.column].feature, invert: (value) => value };
    case 'map':
      return rounding.has(step.fn) ? sourceOf(program, step.inputs[lane.column]) : null;
    case 'impute':
    case 'guard':
      return sourceOf(program, step.inputs[lane.column]);
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

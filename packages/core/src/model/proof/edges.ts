import type { Lane, Program, Step } from '../ir/program.ts';

/** Where a model changes its mind about one feature. */
export interface FeatureEdges {
  /** Thresholds of trees, keys of encoders and constants that are compared with, seen through arithmetic. */
  readonly numbers: Float64Array;
  /** True where the model reads the feature as a float64 or an integer: then it may tell edges apart that float32 cannot. */
  readonly wide: boolean;
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
  const wide = program.features.map(() => false);
  for (const step of program.steps) {
    if (step.op === 'category') for (const feature of step.from) for (const key of step.keys) texts[feature].add(key);
    if (step.op === 'load' && step.as !== 'float32') for (const { feature } of step.from) wide[feature] = true;
    if (step.op === 'guard')
      for (const lane of step.inputs) for (const feature of keyedBy(program, lane)) closed[feature] = true;
    for (const { lane, value } of questionsOf(program, step)) {
      const source = sourceOf(program, lane);
      const edge = source?.invert(value);
      if (source !== null && edge !== undefined && Number.isFinite(edge)) numbers[source.feature].add(edge);
    }
  }
  return program.features.map((_, feature) => ({
    numbers: Float64Array.from(numbers[feature]),
    wide: wide[feature],
    texts: [...texts[feature]],
    closed: closed[feature],
  }));
}

interface Question {
  readonly lane: Lane;
  readonly value: number;
}

/** What a step compares its inputs with. */
function questionsOf(program: Program, step: Step): readonly Question[] {
  switch (step.op) {
    case 'trees':
      return questionsOfTrees(step);
    case 'position':
      return step.inputs.flatMap((lane) => step.keys.map((value) => ({ lane, value })));
    case 'hot':
      return step.inputs.map((lane, column) => ({ lane, value: step.at[column] }));
    case 'above':
      return step.inputs.map((lane) => ({ lane, value: step.at }));
    case 'impute':
      return step.inputs.map((lane) => ({ lane, value: step.replaced }));
    case 'pair':
      return compares.has(step.fn) ? questionsOfPair(program, step) : [];
    case 'map':
      return turnsAtZero.has(step.fn) ? step.inputs.map((lane) => ({ lane, value: 0 })) : [];
    case 'reduce':
      return step.fn === 'minimum' || step.fn === 'maximum'
        ? step.groups.flatMap((own) => amongThem(program, own))
        : [];
    default:
      return [];
  }
}

function questionsOfTrees({ inputs, ensemble }: Extract<Step, { op: 'trees' }>): readonly Question[] {
  const { feature, threshold, set } = ensemble.nodes;
  const asked = new Set<string>();
  return Array.from(feature).flatMap((input, node): readonly Question[] => {
    const lane = inputs[input];
    if (set[node] < 0) return [{ lane, value: threshold[node] }];
    // Nodes share sets, which may be long.
    const key = `${input} ${set[node]}`;
    if (asked.has(key)) return [];
    asked.add(key);
    return ensemble.sets[set[node]].members.map((value) => ({ lane, value }));
  });
}

/** Functions of one number that are another on either side of 0. */
const turnsAtZero: ReadonlySet<string> = new Set(['truth', 'not', 'sign', 'relu', 'magnitude']);

/** Functions of two numbers that change where the one passes the other. */
const compares: ReadonlySet<string> = new Set(['equal', 'less', 'lessOrEqual', 'minimum', 'maximum']);

function questionsOfPair(program: Program, { inputs, others }: Extract<Step, { op: 'pair' }>): readonly Question[] {
  return inputs.flatMap((lane, column) => amongThem(program, [lane, others[column]]));
}

/** Each lane that depends on the row is compared with the constants beside it. */
function amongThem(program: Program, lanes: readonly Lane[]): readonly Question[] {
  const values = lanes.flatMap((lane) => constantOf(program, lane) ?? []);
  if (values.length === 0) return [];
  const asked = lanes.filter((lane) => constantOf(program, lane) === null);
  return asked.flatMap((lane) => values.map((value) => ({ lane, value })));
}

function constantOf(program: Program, { value, column }: Lane): number | null {
  const step = program.steps[value];
  return step.op === 'constant' ? step.values[column] : null;
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
    case 'map': {
      const inner = sourceOf(program, step.inputs[lane.column]);
      if (rounding.has(step.fn)) return inner;
      return step.fn === 'negate' ? through(inner, (value) => -value) : null;
    }
    case 'pair':
      return sourceOfPair(program, step, lane.column);
    case 'impute':
    case 'guard':
      return sourceOf(program, step.inputs[lane.column]);
    case 'scale': {
      const offset = step.offset[lane.column];
      const factor = step.factor[lane.column];
      return through(sourceOf(program, step.inputs[lane.column]), (value) => value / factor + offset);
    }
    default:
      return null;
  }
}

function through(inner: Source | null, before: (value: number) => number): Source | null {
  return inner === null ? null : { feature: inner.feature, invert: (value) => inner.invert(before(value)) };
}

/** Arithmetic with a constant is undone; a lane that is clipped passes on what lies between. */
function sourceOfPair(program: Program, step: Extract<Step, { op: 'pair' }>, column: number): Source | null {
  const [first, second] = [step.inputs[column], step.others[column]];
  const [a, b] = [constantOf(program, first), constantOf(program, second)];
  const by = a ?? b;
  if (by === null || (a !== null && b !== null)) return null;
  const inner = sourceOf(program, a === null ? first : second);
  switch (step.fn) {
    case 'add':
      return through(inner, (value) => value - by);
    case 'subtract':
      return through(inner, a === null ? (value) => value + by : (value) => by - value);
    case 'multiply':
      return through(inner, (value) => value / by);
    case 'divide':
      return through(inner, a === null ? (value) => value * by : (value) => by / value);
    case 'minimum':
    case 'maximum':
      return inner;
    default:
      return null;
  }
}

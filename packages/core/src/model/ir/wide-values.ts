import type { Lane, Program, Step } from './program.ts';

/** Steps whose lanes all run through the same code, each on its own. */
export type LanewiseStep = Extract<
  Step,
  {
    readonly op: 'map' | 'scale' | 'above' | 'lookup' | 'position' | 'hot' | 'impute' | 'guard' | 'pair' | 'select';
  }
>;

/** The lanes that each lane of the step is made of, one list an operand. */
export function operandsOf(step: LanewiseStep): readonly (readonly Lane[])[] {
  switch (step.op) {
    case 'pair':
      return [step.inputs, step.others];
    case 'select':
      return [step.conditions, step.inputs, step.others];
    default:
      return [step.inputs];
  }
}

export function isLanewise(step: Step): step is LanewiseStep {
  switch (step.op) {
    case 'map':
    case 'scale':
    case 'above':
    case 'lookup':
    case 'position':
    case 'hot':
    case 'impute':
    case 'guard':
    case 'pair':
    case 'select':
      return true;
    default:
      return false;
  }
}

/** Programs of up to this many lanes are written out: engines optimise them whole, and faster than loops. */
const writtenOutMax = 160;

/** In a larger program, lanes from which on a step is a loop. */
const wideMin = 12;

/**
 * Values that a loop fills: an array holds them, and a lane is an element of it. Written out, a model of a hundred
 * columns is more code than engines optimise. What a loop reads is another such value, constants, or one lane.
 */
export function wideValues(program: Program): ReadonlySet<number> {
  const wide = new Set(program.steps.flatMap((step) => (fillsArray(program, step) ? [step.out] : [])));
  if (lanesIn(program, wide) <= writtenOutMax) return wide;
  for (const step of program.steps) {
    if (program.widths[step.out] >= wideMin && canLoop(program, step, wide)) wide.add(step.out);
  }
  return wide;
}

/** Outputs of a sum with tables beyond which it runs in loops that leave them in an array. */
const sumsMax = 8;

/** True for a step that a function computes, all lanes together. */
function fillsArray(program: Program, { op, out }: Step): boolean {
  return op === 'distances' || (op === 'codedLinear' && program.widths[out] > sumsMax);
}

function canLoop(program: Program, step: Step, wide: ReadonlySet<number>): boolean {
  if (step.op === 'load') return true;
  return isLanewise(step) && operandsOf(step).every((lanes) => isUniform(program, lanes, wide));
}

function isUniform(program: Program, lanes: readonly Lane[], wide: ReadonlySet<number>): boolean {
  if (isOneLane(lanes) || lanes.every(({ value }) => program.steps[value].op === 'constant')) return true;
  return wide.has(lanes[0].value) && lanes.every(({ value }) => value === lanes[0].value);
}

export function isOneLane(lanes: readonly Lane[]): boolean {
  const [first] = lanes;
  return lanes.every(({ value, column }) => value === first.value && column === first.column);
}

/** Lanes that stand in the text of a program by themselves: those that no loop fills. */
export function writtenLanes(program: Program): number {
  return lanesIn(program, wideValues(program));
}

/** Constants are literals where they are read, and a layer of a network is a loop of its own. */
function lanesIn(program: Program, wide: ReadonlySet<number>): number {
  return program.steps.reduce((sum, { op, out }) => {
    return op === 'constant' || op === 'dense' || wide.has(out) ? sum : sum + program.widths[out];
  }, 0);
}

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

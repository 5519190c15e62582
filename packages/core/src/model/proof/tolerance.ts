import { compileProgram } from '../compile.ts';
import type { Lane, LinearStep, Program, ProgramOutput, Step } from '../ir/program.ts';
import { prune } from '../ir/prune.ts';
import type { FeatureBatch } from '../session.ts';
import { stepsBehind } from './trace.ts';

/** What a score may differ by whatever the model is. */
export const scoreTolerance = 1e-6;

/**
 * How far two float32 engines may lie apart on each row of a batch. Sums of n products in different orders differ by at
 * most 2 (n + 1) 2^-24 times the sum of the products' magnitudes, which large inputs can make more than 1e-6 (Higham,
 * Accuracy and Stability of Numerical Algorithms, 4.2); all that follows a sum here has a slope of at most 1.
 */
export interface RowTolerances {
  /** The allowed difference of scores in each row. */
  readonly score: Float64Array;
  /** For each output lane that is a label: how clearly each row was decided; null for other lanes. */
  readonly margins: readonly (Float64Array | null)[];
}

/** Compiles the program that measures a batch: magnitudes of linear sums, and the scores that labels are decided by. */
export function compileTolerances(program: Program): (batch: FeatureBatch) => RowTolerances {
  const outputs: ProgramOutput[] = [];
  const steps: Step[] = [...program.steps];
  const widths = [...program.widths];
  const want = (lanes: readonly Lane[]) => {
    const first = outputs.length;
    outputs.push(...lanes.map((lane): ProgramOutput => ({ form: 'float64', lane })));
    return { first, count: lanes.length };
  };
  const add = (step: Step, width: number): Lane[] => {
    steps.push(step);
    widths.push(width);
    return Array.from({ length: width }, (_, column) => ({ value: step.out, column }));
  };
  const linears = program.steps
    .filter((step) => step.op === 'linear')
    .map((step) => {
      return { terms: step.inputs.length + 1, ...want(magnitudesOf(step, add, () => steps.length)) };
    });
  const deciders = program.outputs.map((output) => {
    const step = deciderOf(program, output);
    return step === null ? null : { step, ...want(step.inputs) };
  });
  const measure =
    outputs.length === 0 ? null : compileProgram(prune({ features: program.features, steps, widths, outputs }));
  return (batch) => {
    const lanes = (measure?.columns(batch) ?? []) as readonly Float64Array[];
    const score = new Float64Array(batch.rows).fill(scoreTolerance);
    for (const { terms, first, count } of linears) widen(score, lanes.slice(first, first + count), terms);
    const margins = deciders.map((decider) => {
      return decider === null
        ? null
        : marginsOf(decider.step, lanes.slice(decider.first, decider.first + decider.count), batch.rows);
    });
    return { score, margins };
  };
}

/** The same sum with every product and the bias made positive. */
function magnitudesOf(step: LinearStep, add: (step: Step, width: number) => Lane[], next: () => number): Lane[] {
  const inputs = add(
    { op: 'map', fn: 'magnitude', precision: 'float64', inputs: step.inputs, out: next() },
    step.inputs.length,
  );
  const weights = step.weights.map(Math.abs);
  const bias = step.bias?.map(Math.abs) ?? null;
  return add({ op: 'linear', inputs, weights, bias, out: next() }, step.weights.length / step.inputs.length);
}

function widen(score: Float64Array, magnitudes: readonly Float64Array[], terms: number): void {
  for (const magnitude of magnitudes) {
    for (let row = 0; row < score.length; row++) {
      const bound = 2 * terms * 2 ** -24 * magnitude[row];
      if (bound > score[row]) score[row] = bound;
    }
  }
}

/** The step that makes an output's label out of scores, or null where it is no label. */
function deciderOf(program: Program, output: ProgramOutput): Extract<Step, { op: 'argmax' | 'above' }> | null {
  for (const step of stepsBehind(program, output.lane)) if (step.op === 'argmax' || step.op === 'above') return step;
  return null;
}

function marginsOf(
  step: Extract<Step, { op: 'argmax' | 'above' }>,
  scores: readonly Float64Array[],
  rows: number,
): Float64Array {
  if (step.op === 'above') return scores[0].map((score) => Math.abs(score - step.at));
  return Float64Array.from({ length: rows }, (_, row) => {
    const sorted = scores.map((values) => values[row]).sort((a, b) => b - a);
    return sorted.length < 2 ? Number.POSITIVE_INFINITY : sorted[0] - sorted[1];
  });
}

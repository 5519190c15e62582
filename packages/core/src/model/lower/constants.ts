import { compileProgram } from '../compile.ts';
import { inputsOf, type Lane, type Step, withLanes } from '../ir/program.ts';
import { Refusal } from './refusal.ts';

/** Each is a compilation of its own, of a fifth of a millisecond. */
const foldsMax = 4096;

/**
 * Folds constants while steps are added: a step whose inputs are all known is run once, by the very code that would
 * run it for every row, so that folding can't change a bit.
 */
export class Constants {
  readonly #steps: readonly Step[];
  readonly #rowCounts = new Set<number>();
  #folds = 0;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  valueOf(lane: Lane): number | null {
    const step = this.#steps[lane.value];
    return step?.op === 'constant' && !this.isRowCount(lane) ? (step.values[lane.column] ?? null) : null;
  }

  rowCount(lane: Lane): Lane {
    this.#rowCounts.add(lane.value);
    return lane;
  }

  isRowCount(lane: Lane): boolean {
    return this.#rowCounts.has(lane.value);
  }

  /** The step, or the constants that it comes to. */
  folded(step: Step, width: number): Step {
    const inputs = inputsOf(step);
    if (inputs.some((lane) => this.isRowCount(lane)))
      throw new Refusal(step.op, '', 'it computes with the number of rows');
    if (inputs.length === 0) return step;
    const values = inputs.map((lane) => this.valueOf(lane));
    if (!values.every((value) => value !== null)) return step;
    this.#folds += 1;
    if (this.#folds > foldsMax) throw new Refusal(step.op, '', `it computes more than ${foldsMax} constants`);
    return { op: 'constant', out: step.out, values: run(step, values, width) };
  }
}

function run(step: Step, values: readonly number[], width: number): number[] {
  let next = 0;
  const moved = withLanes(step, () => ({ value: 0, column: next++ }));
  const outputs = Array.from({ length: width }, (_, column) => ({
    form: 'float64' as const,
    lane: { value: 1, column },
  }));
  const { row } = compileProgram({
    features: [],
    widths: [values.length, width],
    steps: [
      { op: 'constant', out: 0, values },
      { ...moved, out: 1 },
    ],
    outputs,
  });
  const out = new Float64Array(width);
  row?.(new Float64Array(0), [], out);
  return Array.from(out);
}

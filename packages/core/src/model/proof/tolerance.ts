import { compileProgram } from '../compile.ts';
import { fuseCodes } from '../ir/fuse.ts';
import { inputsOf, type Lane, type Program, type ProgramOutput } from '../ir/program.ts';
import { prune } from '../ir/prune.ts';
import type { FeatureBatch } from '../session.ts';
import { boundsOf } from './bounds/of-step.ts';
import type { Bound, Rows } from './bounds/rows.ts';

export type { Bound } from './bounds/rows.ts';

/** What a score may differ by whatever its bound is, relative above 1: of float32 models, and of float64 ones. */
export const scoreTolerance = 1e-6;
export const wideScoreTolerance = 1e-9;

/**
 * How far ONNX Runtime may lie from the compiled engine, measured on each row of each output lane.
 *
 * Differences are carried forward through the steps of the program, to first order and with the values of that row:
 * sums in another order and functions that each engine approximates start one, all that follows passes it on. A choice
 * (a threshold, a largest score, the question of a tree) is open where what is compared lies within its bound, and only
 * there. Lanes behind none of these have no bound: they are compared bit by bit.
 */
export interface Tolerances {
  /** For each output lane of the program whether every bit has to agree in every row. */
  readonly exact: readonly boolean[];
  /** The bounds of the output lanes; null for exact ones. */
  measure(batch: FeatureBatch): readonly Bound[];
}

/** Compiles the program that measures a batch: the values of all lanes that a bound is computed from. */
export function compileTolerances(given: Program): Tolerances {
  const program = fuseCodes(given);
  // Which lanes can differ at all shows without a row.
  const bounds = propagated(program, { count: 0, value: () => new Float64Array(0) });
  const exact = program.outputs.map(({ lane }) => bounds[lane.value][lane.column] === null);
  const lanes = lanesToMeasure(program, bounds);
  const outputs = [...lanes.values()].map((lane): ProgramOutput => ({ form: 'float64', lane }));
  const columns = outputs.length === 0 ? null : compileProgram(prune({ ...program, outputs })).columns;
  return {
    exact,
    measure(batch) {
      if (columns === null) return program.outputs.map(() => null);
      const values = columns(batch) as readonly Float64Array[];
      const places = new Map([...lanes.keys()].map((key, index) => [key, values[index]]));
      const found = propagated(program, {
        count: batch.rows,
        value: (lane) => places.get(keyOf(lane)) ?? new Float64Array(batch.rows),
      });
      return program.outputs.map(({ lane }) => found[lane.value][lane.column]);
    },
  };
}

function propagated(program: Program, { count, value }: Pick<Rows, 'count' | 'value'>): readonly (readonly Bound[])[] {
  const bounds: (readonly Bound[])[] = [];
  const rows: Rows = { count, value, bound: (lane) => bounds[lane.value][lane.column] };
  for (const step of program.steps) bounds.push(boundsOf(step, program.widths[step.out], rows));
  return bounds;
}

/** Inputs and outputs of the steps whose results may differ. */
function lanesToMeasure(program: Program, bounds: readonly (readonly Bound[])[]): ReadonlyMap<string, Lane> {
  const lanes = new Map<string, Lane>();
  for (const step of program.steps) {
    const own = bounds[step.out];
    if (own.every((bound) => bound === null)) continue;
    const results = own.map((_, column): Lane => ({ value: step.out, column }));
    for (const lane of [...inputsOf(step), ...results]) lanes.set(keyOf(lane), lane);
  }
  return lanes;
}

function keyOf({ value, column }: Lane): string {
  return `${value} ${column}`;
}

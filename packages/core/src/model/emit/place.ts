import type { Lane } from '../ir/program.ts';
import type { TransformName } from '../math/index.ts';
import type { Table } from '../trees/emitted-trees.ts';
import type { LayerPlans } from './layer-plan.ts';

/** What a step's code is made for: one row, or the row of a loop over columns. */
export interface Place {
  /** The expression of a lane that an earlier step defined. */
  read(lane: Lane): string;
  /** The expression of a feature's value. */
  feature(feature: number, offset: number): string;
  /** The expression of a text feature's value. */
  text(feature: number): string;
  /** The expression of the feature value number `index` of a table of places, four numbers a place. */
  listed(table: string, index: string): string;
  /** The number that a lane holds for every row, or null. */
  constant(lane: Lane): number | null;
  /** The array that holds a wide value of this row; null where there is none. */
  array(value: number): string | null;
}

/** Constants too large for the text of the program, and the widest scratch that it needs. */
export interface Needs {
  readonly tables: Record<string, Table>;
  readonly math: Set<TransformName>;
  /** Where the layers of networks stand. */
  readonly layers: LayerPlans;
  /** Values that loops fill. */
  readonly wide: ReadonlySet<number>;
  scratch: number;
}

/** Multiplications written out one by one; beyond that a loop over a table is smaller and as fast. */
export const unrolledMax = 512;

/** The constant that holds a lane of one row. */
export function laneName(lane: Lane): string {
  return `v${lane.value}_${lane.column}`;
}

/** Names the table that the lanes of a step look numbers up in. */
export function lookupTable(out: number, needs: Needs): (values: readonly number[]) => string {
  return (values) => {
    needs.tables[`r${out}`] = Float64Array.from(values);
    return `r${out}`;
  };
}

/** A feature's value as a lane holds it. */
export function loaded(value: string, as: 'float32' | 'float64' | 'integer'): string {
  if (as === 'float32') return `Math.fround(${value})`;
  // Integers have no -0.
  return as === 'integer' ? `Math.trunc(${value}) + 0` : value;
}

/** The name of a function of model/math, which the program then takes. */
export function call(needs: Needs, fn: TransformName): string {
  needs.math.add(fn);
  return fn;
}

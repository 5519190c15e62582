import type { TreePrecision } from '../ir/tree-ensemble.ts';
import type { TreeForms } from './choose-forms.ts';
import type { Slot } from './slots.ts';

export type Table = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

/** Generated code and its constants. Tables are named in the code; names of two parts never meet, for each has a prefix. */
export interface Emitted {
  readonly source: string;
  readonly tables: Readonly<Record<string, Table>>;
}

/**
 * The code of one tree step: functions `<name>Row(x, s)` for one row (`x` one value a slot, `s` one sum a target) and
 * `<name>Columns(X, m, S)` for the first `m` rows of a block (`X[block slot * blockRows + row]`,
 * `S[target * blockRows + row]`). Category slots stand in `<name>y` and `<name>Y` in the same way.
 */
export interface EmittedTrees extends Emitted {
  readonly slots: readonly Slot[];
  /** What `X` holds: one array of a block's rows each. */
  readonly blockSlots: readonly Slot[];
  readonly forms: TreeForms;
  readonly precision: TreePrecision;
}

/** Rows that a block of columns holds: small enough for the first cache, and a multiple of all interleavings. */
export const blockBits = 8;
export const blockRows = 1 << blockBits;

/** Repeats a piece of code for 0 ... count - 1. */
export function repeat(count: number, piece: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join('');
}

/** The array type that holds numbers of a precision, in generated code. */
export function arrayType(precision: TreePrecision): string {
  return precision === 'float64' ? 'Float64Array' : 'Float32Array';
}

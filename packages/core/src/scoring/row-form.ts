import { shapeWidth } from '../contract/index.ts';
import type { TensorSpec } from '../model/index.ts';

/** How one row of a feature enters an input of its own. */
export interface RowForm {
  /** Sizes of the row as the model gets it. */
  readonly shape: readonly number[];
  /** True where the input has no dimension for the rows. */
  readonly oneRow: boolean;
}

/**
 * Fits the shape of a feature (without the rows) to a declared input. The first dimension counts rows, unless the
 * feature has as many dimensions as the whole input. Values that fit by their count alone are folded, row-major, where
 * at most one size is open. Null where nothing fits.
 */
export function rowForm(feature: readonly number[], input: TensorSpec['shape']): RowForm | null {
  const row = input.slice(1);
  if (input.length > 0 && fits(feature, row)) return { shape: feature, oneRow: false };
  if (fits(feature, input)) return { shape: feature, oneRow: true };
  const shape = input.length === 0 ? null : folded(shapeWidth(feature), row);
  return shape === null ? null : { shape, oneRow: false };
}

function fits(shape: readonly number[], declared: TensorSpec['shape']): boolean {
  return (
    shape.length === declared.length &&
    shape.every((size, at) => typeof declared[at] !== 'number' || declared[at] === size)
  );
}

/** One value fills any number of open sizes; more leave one open size what is left over. */
function folded(width: number, row: TensorSpec['shape']): number[] | null {
  const known = shapeWidth(row.filter((size) => typeof size === 'number'));
  const open = row.filter((size) => typeof size !== 'number').length;
  const left = width / known;
  if (open > 1 ? left !== 1 : !Number.isInteger(left) || (open === 0 && left !== 1)) return null;
  return row.map((size) => (typeof size === 'number' ? size : left));
}

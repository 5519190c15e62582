import { shapeWidth } from '../contract/index.ts';
import type { OutputSpec } from '../model/index.ts';

/** A model output as one row sees it. */
export interface OutputRow extends OutputSpec {
  /** The sizes of one row; null where one is open. */
  readonly sizes: readonly number[] | null;
}

/**
 * The first dimension counts rows. Where a call is one row (`oneRow`), it need not: `[1, 10]` and `[10]` are both ten
 * values, and an open first size tells nothing.
 */
export function outputRow(spec: OutputSpec, oneRow: boolean): OutputRow {
  const { shape, width, isLabel, classes } = spec;
  if (isLabel) return { ...spec, sizes: [] };
  const sizes = fixed(oneRow ? shape : shape.slice(1));
  if (!oneRow) return { ...spec, sizes: sizes ?? (width === null ? null : [width]) };
  const open = classes?.length ?? null;
  return { ...spec, sizes, width: sizes === null ? open : shapeWidth(sizes) };
}

function fixed(shape: OutputSpec['shape']): number[] | null {
  const sizes = shape.filter((size) => typeof size === 'number');
  return sizes.length === shape.length ? sizes : null;
}

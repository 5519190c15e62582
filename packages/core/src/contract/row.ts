import { widthOf } from './feature-check.ts';
import type { InputContract } from './types.ts';

/** The values of one record on their way to the model: numbers (arrays flattened) and texts, each in contract order. */
export interface Row {
  readonly numbers: Float64Array;
  readonly texts: string[];
  /** The record's unit as text, or null without one. */
  unit: string | null;
}

/** Where each feature's values stand in a `Row`. */
export interface RowLayout {
  readonly offsets: readonly number[];
  readonly widths: readonly number[];
  readonly numbers: number;
  readonly texts: number;
}

export function rowLayout(contract: InputContract): RowLayout {
  let numbers = 0;
  let texts = 0;
  const widths = contract.features.map(widthOf);
  const offsets = widths.map((width) => {
    const offset = width === 0 ? texts : numbers;
    if (width === 0) texts += 1;
    else numbers += width;
    return offset;
  });
  return { offsets, widths, numbers, texts };
}

export function newRow(layout: RowLayout): Row {
  return { numbers: new Float64Array(layout.numbers), texts: new Array<string>(layout.texts).fill(''), unit: null };
}

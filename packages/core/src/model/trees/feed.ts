import type { Slot } from './slots.ts';

/** The arrays of one tree step that its values are written to: numbers, and places of categories. */
export interface FeedTarget {
  /** The expression of slot number `slot` in the array of numbers, or of category places. */
  readonly numbers: (slot: number) => string;
  readonly categories: (slot: number) => string;
}

/**
 * Statements that write a tree step's inputs to its slots. Where a missing value says yes, NaN becomes -Infinity; a
 * category becomes the place of its answers.
 */
export function feedSlots(
  name: string,
  slots: readonly Slot[],
  read: (input: number) => string,
  target: FeedTarget,
): string {
  return slots.map((slot, index) => fed(name, slot, index, read(slot.input), target)).join('\n');
}

function fed(name: string, slot: Slot, index: number, value: string, target: FeedTarget): string {
  switch (slot.form) {
    case 'plain':
      return `${target.numbers(index)} = ${value};`;
    case 'missing':
      return `${target.numbers(index)} = (${value} === ${value} ? ${value} : -Infinity);`;
    case 'category':
      return `${target.categories(index)} = ${name}Code${slot.table}(${value});`;
  }
}

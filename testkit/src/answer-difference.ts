import type { AnswerColumns } from './real-answers.ts';

/** How far two engines are apart over all values of all rows. */
export interface AnswerDifference {
  readonly values: number;
  /** Numbers of the same bits, and labels that are the same. */
  readonly equal: number;
  /** Of the numbers: the largest difference, relative above 1. */
  readonly largest: number;
  /** Labels that differ, and numbers where only one side has one. */
  readonly mismatches: number;
  /** The first value that differs, for the message of a failing test. */
  readonly first: string;
}

/** Compares `actual` with `expected`, without the rows of `except`. A label differs, whatever its number. */
export function answerDifference(
  actual: AnswerColumns,
  expected: AnswerColumns,
  { labels, except = [] }: { readonly labels: readonly boolean[]; readonly except?: readonly number[] },
): AnswerDifference {
  const found = { values: 0, equal: 0, largest: 0, mismatches: 0, first: '' };
  if (actual.length !== expected.length) throw new Error(`${actual.length} columns, ${expected.length} expected`);
  for (const [column, wanted] of expected.entries()) {
    for (const [row, want] of wanted.entries()) {
      if (except.includes(row)) continue;
      const got = actual[column]?.[row];
      found.values += 1;
      if (Object.is(got, want)) {
        found.equal += 1;
        continue;
      }
      if (found.first === '') found.first = `row ${row}, column ${column}: ${got}, expected ${want}`;
      const distance = labels[column] ? Number.NaN : relativeDifference(Number(got), Number(want));
      if (Number.isNaN(distance)) found.mismatches += 1;
      else found.largest = Math.max(found.largest, distance);
    }
  }
  return found;
}

function relativeDifference(got: number, want: number): number {
  return Math.abs(got - want) / Math.max(1, Math.abs(want));
}

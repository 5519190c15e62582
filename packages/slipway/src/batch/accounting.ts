import { fail, type SlipwayError } from '@slipway/core';
import type { RunCounts } from './run-record.ts';

/** What was counted on the different ways of a row. Each number comes from another place than the others. */
export interface Tallies {
  /** The record counter, or the footer of Parquet. */
  readonly read: number;
  /** Rows that the model function was given. */
  readonly reached: number;
  /** Of them, rows that it refused. */
  readonly refused: number;
  /** Rows that the query engine wrote. */
  readonly written: number;
  /** Lines of the quarantine file, each a record. */
  readonly quarantined: number;
  /**
   * Lines beyond the first of records that a stray quote may have made of several rows. The readers agree on the
   * records; what they hold counts as rows that were read, and quarantined.
   */
  readonly swallowed: number;
  /** Whether a rank may leave rows out. */
  readonly isCut: boolean;
}

/** Faults of the text that make readers disagree on where a record ends. */
export interface TextFaults {
  readonly path: string;
  readonly mixedLineEnd: number | null;
  readonly strayQuote: number | null;
  readonly strayTwice: number | null;
}

/** The counts of a run whose accounts are square. Raises BATCH_ACCOUNTING, or what made two readers disagree. */
export function settle(tallies: Tallies, faults: TextFaults): RunCounts {
  const { read, reached, refused, written, quarantined, swallowed, isCut } = tallies;
  const scored = reached - refused;
  const dropped = read - reached;
  const square = dropped >= 0 && quarantined === dropped + refused && (isCut ? written <= scored : written === scored);
  // DuckDB makes a row of its own out of a record with two stray quotes, and the sums may still fit.
  if (!square || faults.strayTwice !== null) throw textFault(faults) ?? unsquare(tallies, faults.path);
  return {
    rows_read: read + swallowed,
    rows_scored: scored,
    rows_quarantined: quarantined + swallowed,
    rows_written: written,
    rows_cut: scored - written,
  };
}

/** Whether too large a part of the rows was quarantined. Exactly the allowed part is not too large. */
export function isOverQuarantined(counts: RunCounts, maxQuarantine: number): boolean {
  return counts.rows_quarantined > maxQuarantine * counts.rows_read;
}

/** The error of a text whose records cannot be told apart for sure, or null. */
export function textFault({ path, mixedLineEnd, strayQuote, strayTwice }: TextFaults): SlipwayError | null {
  if (mixedLineEnd !== null) {
    return fail('INPUT_FORMAT', {
      message: `Line ${mixedLineEnd} ends otherwise than the lines before it.`,
      where: `${path}:${mixedLineEnd}`,
      hint: 'Let all lines end in LF, or all in CRLF; a carriage return inside a field needs quotes.',
    });
  }
  const line = strayTwice ?? strayQuote;
  if (line === null) return null;
  return fail('INPUT_FORMAT', {
    message: 'A quote is not closed, or text stands behind a closing quote, so that it is not clear where records end.',
    where: `${path}:${line}`,
    hint: 'Write a quote inside a quoted field twice: "a ""good"" day".',
  });
}

function unsquare({ read, reached, refused, written, quarantined }: Tallies, path: string): SlipwayError {
  return fail('BATCH_ACCOUNTING', {
    message:
      `${read} rows were read, but ${reached} reached the model, ${refused} were refused, ` +
      `${written} written and ${quarantined} quarantined.`,
    where: path,
    details: { read, reached, refused, written, quarantined },
  });
}

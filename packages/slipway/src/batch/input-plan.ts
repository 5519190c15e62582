import type { Vector } from '@duckdb/node-bindings';
import type { Columns, InputContract } from '@slipway/core';
import type { BatchFile } from './file-format.ts';

/**
 * How a text file is read. Threads may share it among them only where no line break stands inside quotes: DuckDB guesses
 * where records start in the middle of a file, and may guess wrong. Where text stands behind a closing quote it drops
 * the next record too, unless it is told to keep what it drops: that costs a kilobyte of memory each, so it is only
 * told where there is such a quote.
 */
export type Reading = 'parallel' | 'in-order' | 'keeping-drops';

export interface InputRequest {
  readonly file: BatchFile;
  readonly contract: InputContract;
  /** Fields that go to the events beside the features: the unit and the context. Empty where nobody listens. */
  readonly beside: readonly string[];
}

/** A column of the input on its way to the output. */
export interface InputColumn {
  readonly name: string;
  /** The value as it stands in the input: text in CSV, a typed value in Parquet. */
  readonly raw: string;
  /** The value with a type, for Parquet: of text, features by the contract and the rest as text. */
  readonly typed: string;
  /** What becomes JSON, for NDJSON. */
  readonly json: string;
}

/** One argument of the model function. */
export interface Argument {
  readonly sql: string;
  readonly type: 'DOUBLE' | 'INTEGER' | 'VARCHAR';
}

/** What the query engine is told of an input. */
export interface InputPlan {
  readonly file: BatchFile;
  /** The FROM item: a table function with all its options. In parallel, rows reach the model in no order. */
  from(reading: Reading): string;
  /** A column of the input that counts rows from 0 in input order, or null where one must be made. */
  readonly ordinal: string | null;
  /** Columns in input order. Of NDJSON only those that another format needs. */
  readonly columns: readonly InputColumn[];
  /** The whole record as JSON text, where the input is NDJSON. */
  readonly line: string | null;
  readonly args: readonly Argument[];
  /** Turns the vectors of the arguments into columns for the predictor. */
  readColumns(vectors: readonly Vector[], rows: number): Columns;
  /** SQL of a column as text, for ranking within groups; null where the input has no such column. */
  textOf(name: string): string | null;
  /** Rows by the file's own account, where it keeps one (the footer of Parquet). */
  readonly rows: number | null;
}

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fail } from '@slipway/core';
import { type ColumnSummary, isNumberSql, numberSql, summariseColumns, summarySql, valueSql } from './column-kinds.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import type { LabelColumn } from './read-labels.ts';
import { sqlName, sqlText } from './sql-text.ts';

/** A CSV file in memory, as the trainer asks for it. Rows count from 0, without the header. */
export interface TrainingTable {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
  /** Columns that are number, integer or boolean, as float64; NaN where a value is missing. */
  numbers(names: readonly string[]): Promise<Float64Array[]>;
  /** The first value of a column that is not a number. */
  firstOddValue(name: string): Promise<{ readonly row: number; readonly text: string } | null>;
  /** The first few of a column's different values in their order as text, without blanks at their ends. */
  values(name: string, max: number): Promise<string[]>;
  /** 1 where a column has this value, 0 where another, NaN where none. */
  matches(name: string, value: string): Promise<Float64Array>;
  /** The text of some fields of some rows, as the file has it. */
  texts(names: readonly string[], rows: readonly number[]): Promise<(string | null)[][]>;
  /**
   * Writes some rows with all their columns to another CSV file, in the order of the file. A label of other words is
   * written as 1 and 0.
   */
  copyRows(rows: readonly number[], path: string, label: LabelColumn): Promise<void>;
  close(): void;
}

/** Reads a CSV file. Raises INPUT_NOT_FOUND, INPUT_EMPTY, TRAINING_DATA. */
export async function openTable(path: string): Promise<TrainingTable> {
  const header = await readCsvHeader(path);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(
      `CREATE TABLE data AS SELECT row_number() OVER () - 1 AS ${row}, * FROM ${csvSql(path, header)}`,
    );
    await connection.run('CREATE TABLE chosen (row BIGINT)');
    const reader = await connection.runAndReadAll(`SELECT count(*), ${summarySql(header.names)} FROM data`);
    const [rows, ...counts] = reader.getRows()[0].map(Number);
    const columns = summariseColumns(header.names, counts);
    return { path, rows, columns, ...questionsTo(connection, columns), close };
  } catch (thrown) {
    close();
    throw fail('TRAINING_DATA', {
      message: `The file cannot be read as CSV: ${reasonOf(thrown)}`,
      where: path,
      hint: 'Mend the line that the message names; each needs as many fields as the header.',
      cause: thrown,
    });
  }
}

/** A name that no sensible file has. */
const row = '"slipway row number"';

function csvSql(path: string, { names, newLine }: CsvHeader): string {
  const columns = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  const lines = newLine === '\r\n' ? `, new_line = '\\r\\n'` : '';
  return `read_csv(${sqlText(path)}, columns = {${columns}}, auto_detect = false, header = true, delim = ',',
    quote = '"', escape = '"', allow_quoted_nulls = false${lines})`;
}

type Questions = Pick<TrainingTable, 'numbers' | 'firstOddValue' | 'values' | 'matches' | 'texts' | 'copyRows'>;

function questionsTo(connection: DuckDBConnection, columns: readonly ColumnSummary[]): Questions {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const chosen = async (fields: readonly string[], rows: readonly number[]) => {
    await choose(connection, rows);
    return `SELECT ${fields.join(', ')} FROM data WHERE ${row} IN (SELECT row FROM chosen) ORDER BY ${row}`;
  };
  return {
    async numbers(names) {
      const values = names.map((name) => numberSql(name, kinds.get(name) ?? 'number')).join(', ');
      const reader = await connection.runAndReadAll(`SELECT ${values} FROM data ORDER BY ${row}`);
      return reader.getColumns().map((column) => Float64Array.from(column as number[]));
    },
    async firstOddValue(name) {
      const odd = `SELECT ${row}, ${valueSql(name)} FROM data WHERE NOT ${isNumberSql(name)} ORDER BY ${row} LIMIT 1`;
      const [first] = (await connection.runAndReadAll(odd)).getRows();
      return first === undefined ? null : { row: Number(first[0]), text: String(first[1]) };
    },
    async values(name, max) {
      const value = valueSql(name);
      const sql = `SELECT DISTINCT ${value} AS value FROM data WHERE ${value} IS NOT NULL ORDER BY value LIMIT ${max}`;
      return (await connection.runAndReadAll(sql)).getRows().map(([text]) => String(text));
    },
    async matches(name, value) {
      const sql = `SELECT coalesce(${matchSql(name, value)}::DOUBLE, 'nan'::DOUBLE) FROM data ORDER BY ${row}`;
      return Float64Array.from((await connection.runAndReadAll(sql)).getColumns()[0] as number[]);
    },
    async texts(names, rows) {
      if (names.length === 0) return rows.map(() => []);
      const reader = await connection.runAndReadAll(await chosen(names.map(sqlName), rows));
      return reader.getRows() as (string | null)[][];
    },
    async copyRows(rows, path, label) {
      const fields = columns.map(({ name }) => (name === label.name ? labelSql(label) : sqlName(name)));
      await connection.run(`COPY (${await chosen(fields, rows)}) TO ${sqlText(path)} (FORMAT csv, HEADER true)`);
    },
  };
}

/** 1 where the value is this one, 0 where it is another, NULL where there is none. */
function matchSql(name: string, value: string): string {
  return `(${valueSql(name)} = ${sqlText(value)})::INTEGER`;
}

function labelSql({ name, positive }: LabelColumn): string {
  return positive === null ? sqlName(name) : `${matchSql(name, positive)} AS ${sqlName(name)}`;
}

async function choose(connection: DuckDBConnection, rows: readonly number[]): Promise<void> {
  await connection.run('DELETE FROM chosen');
  const appender = await connection.createAppender('chosen');
  for (const chosen of rows) {
    appender.appendBigInt(BigInt(chosen));
    appender.endRow();
  }
  appender.closeSync();
}

/** The first lines of the engine's message: what is wrong and on which line, without its advice on options. */
function reasonOf(thrown: unknown): string {
  const lines = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n').map((line) => line.trim());
  const until = lines.findIndex((line) => /^Possible /.test(line));
  const reason = lines.slice(0, until < 0 ? 3 : until).filter((line) => line !== '');
  return reason.join('; ').replace(/^Invalid Input Error: /, '');
}

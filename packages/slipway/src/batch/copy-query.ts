import { assert, type Rank } from '@slipway/core';
import type { BatchFile } from './file-format.ts';
import type { InputPlan, Reading } from './input-plan.ts';
import type { OutputColumn } from './output-columns.ts';
import { quoteName, quoteText } from './sql-text.ts';

/** Name of the model among the functions of the query engine. */
export const modelFunction = 'slipway_model';
/** Name of the column that holds its result. */
const result = 'slipway_result';

export interface CopyRequest {
  readonly input: InputPlan;
  readonly outputs: readonly OutputColumn[];
  readonly target: BatchFile;
  /** Order and cut; null keeps every row in input order. */
  readonly rank: Rank | null;
  readonly reading: Reading;
}

/**
 * The one statement that scores a file: read, call the model, leave refused rows out, order where a rank asks for it,
 * and write. The model's result is NULL for a refused row.
 */
export function copyQuery(request: CopyRequest): string {
  const { input, target, rank, reading } = request;
  const rows = rank === null ? scored(modelRows(input, input.from(reading))) : rankedRows(request, rank);
  return `COPY (SELECT ${selectList(request)} FROM (${rows})) TO ${quoteText(target.path)} (${copyOptions(request)})`;
}

/** Every row of a table with the model's result, and with what is to stand beside it. */
function modelRows({ args }: InputPlan, table: string, more = ''): string {
  return `SELECT *, ${modelFunction}(${args.map((arg) => arg.sql).join(', ')}) AS ${result}${more} FROM ${table}`;
}

/** The refused rows of an input that numbers its rows: ordinal, JSON of the row, and the given values. */
export function refusedRowsQuery(input: InputPlan, values: readonly string[]): string {
  assert(input.ordinal !== null, 'the input numbers its rows');
  const row = input.columns.map(({ name, json }) => `${quoteText(name)}, ${json}`).join(', ');
  const list = [input.ordinal, `json_object(${row})::VARCHAR`, ...values].join(', ');
  return `SELECT ${list} FROM (${modelRows(input, input.from('in-order'))}) WHERE ${result} IS NULL`;
}

/** Counts every column of every row that reaches the model: a query that only reads, and reads all. */
export function markQuery(input: InputPlan, reading: Reading): string {
  const columns = [...input.columns.map(({ raw }) => raw), input.line ?? [], result].flat();
  return `SELECT ${columns.map((column) => `count(${column})`).join(', ')} FROM (${modelRows(input, input.from(reading))})`;
}

function scored(rows: string): string {
  return `SELECT * FROM (${rows}) WHERE ${result} IS NOT NULL`;
}

/** Highest score first within each group, the earlier row first among equals, groups in order of their first row. */
function rankedRows({ input, outputs, reading }: CopyRequest, rank: Rank): string {
  const from = input.from(reading);
  const ordinal = input.ordinal ?? 'slipway_row';
  const table = input.ordinal === null ? `(SELECT *, row_number() OVER () AS ${ordinal} FROM ${from})` : from;
  const score = outputs.find((output) => output.name === rank.by)?.entries[0];
  assert(score !== undefined, 'the rank names an output of the contract');
  const order = `${entrySql(score.name)} DESC, ${ordinal}`;
  if (rank.within === null) {
    const cut = rank.top === null ? '' : ` LIMIT ${rank.top}`;
    return `${scored(modelRows(input, table))} ORDER BY ${order}${cut}`;
  }
  const group = `, ${input.textOf(rank.within)} AS slipway_group`;
  const places =
    `row_number() OVER (PARTITION BY slipway_group ORDER BY ${order}) AS slipway_place, ` +
    `min(${ordinal}) OVER (PARTITION BY slipway_group) AS slipway_first`;
  const placed = `SELECT *, ${places} FROM (${scored(modelRows(input, table, group))})`;
  const cut = rank.top === null ? '' : ` WHERE slipway_place <= ${rank.top}`;
  return `SELECT * FROM (${placed})${cut} ORDER BY slipway_first, slipway_place`;
}

function selectList({ input, outputs, target }: CopyRequest): string {
  if (target.format === 'ndjson') return `${jsonLine(input, outputs)} AS line`;
  const own = input.columns.map((column) => {
    const value = target.format === 'csv' ? column.raw : column.typed;
    return `${value} AS ${quoteName(column.name)}`;
  });
  const added = outputs.map((output) => `${output.sql(entrySql)} AS ${quoteName(output.name)}`);
  return [...own, ...added].join(', ');
}

function entrySql(name: string): string {
  return `${result}.${name}`;
}

/** The record as JSON with the outputs behind its own fields; where the input is NDJSON, its text as it stands. */
function jsonLine({ line, columns }: InputPlan, outputs: readonly OutputColumn[]): string {
  const fields = outputs.map((output) => `${quoteText(`${JSON.stringify(output.name)}:`)} || ${output.sql(entrySql)}`);
  const added = fields.join(` || ',' || `);
  if (line !== null) {
    const open = `rtrim(left(rtrim(${line}, E' \\t'), -1), E' \\t')`;
    return `${open} || CASE WHEN ${open} LIKE '%{' THEN '' ELSE ',' END || ${added} || '}'`;
  }
  const own = columns.map(({ name, json }) => `${quoteText(`${JSON.stringify(name)}:`)} || ${jsonValue(json)}`);
  return `'{' || ${own.join(` || ',' || `)} || ',' || ${added} || '}'`;
}

function jsonValue(sql: string): string {
  return `coalesce(to_json(${sql})::VARCHAR, 'null')`;
}

function copyOptions({ input, outputs, target: { format, gzip } }: CopyRequest): string {
  const rowGroup = rowGroupSize(input.columns.length + outputs.length);
  if (format === 'parquet') return `FORMAT parquet, ROW_GROUP_SIZE ${rowGroup}, USE_TMP_FILE false`;
  const compression = `COMPRESSION ${gzip ? 'gzip' : 'none'}, USE_TMP_FILE false`;
  if (format === 'csv') return `FORMAT csv, HEADER true, ${compression}`;
  // Lines are JSON already: a dialect without quotes writes them as they are.
  return `FORMAT csv, HEADER false, DELIMITER E'\\x01', QUOTE '', ESCAPE '', ${compression}`;
}

/** DuckDB's own size of a row group, unless the columns are so many that one would fill the memory of a run. */
const rowGroupRows = 122_880;
const rowGroupValues = 2_000_000;
const vectorRows = 2048;

function rowGroupSize(columns: number): number {
  const vectors = Math.max(1, Math.floor(rowGroupValues / columns / vectorRows));
  return Math.min(rowGroupRows, vectors * vectorRows);
}

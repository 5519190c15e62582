import type { Vector } from '@duckdb/node-bindings';
import type { ColumnInput, Columns, Feature, Value } from '@slipway/core';
import { textReaderOptions } from './csv-input.ts';
import { arrayValues } from './feature-arguments.ts';
import type { BatchFile } from './file-format.ts';
import type { InputColumn, InputPlan, InputRequest, Reading } from './input-plan.ts';
import { readObject } from './ndjson-record.ts';
import { quoteText } from './sql-text.ts';
import { eachText } from './vectors.ts';

export interface NdjsonRequest extends InputRequest {
  /** Names that the model is going to write. */
  readonly outputs: readonly string[];
  /** Keys that become columns, where the output has columns; empty for NDJSON, whose objects stay as they are. */
  readonly keys: readonly string[];
}

/**
 * Each line is read as one text and parsed by the JSON parser that the server uses: DuckDB's own takes NaN and
 * trailing commas, and of a key that stands twice it takes the first. A line that becomes NDJSON again keeps its
 * text; only what the model adds is appended.
 */
export function ndjsonInput({ file, contract, beside, outputs, keys }: NdjsonRequest): InputPlan {
  const pointers = keys.map((key) => quoteText(jsonPointer(key)));
  const values = ifJson(`json_extract_string(line, [${pointers.join(', ')}])`);
  const features = new Map(contract.features.map((feature) => [feature.name, feature]));
  const readLines = linesReader(contract.features, beside, outputs);
  return {
    file,
    from: (reading) => lineTable(file, reading, keys.length === 0 ? 'line' : `line, ${values} AS keyed`),
    ordinal: null,
    line: 'line',
    rows: null,
    columns: keys.map((name, index): InputColumn => {
      const raw = `keyed[${index + 1}]`;
      return { name, raw, typed: typedKey(features.get(name), raw), json: raw };
    }),
    // A line that DuckDB cannot take apart must not lose its fields on the way to columns.
    args: [{ sql: keys.length === 0 ? 'line' : ifJson('line'), type: 'VARCHAR' }],
    readColumns: ([lines], rows) => readLines(lines as Vector, rows),
    textOf: (name) => ifJson(`json_extract_string(line, ${quoteText(jsonPointer(name))})`),
  };
}

/** The lines of a file as a table of one column; control characters that no JSON line has stand for the dialect. */
export function lineTable(file: BatchFile, reading: Reading, columns = 'line'): string {
  const dialect = `delim=E'\\x01', quote='', escape='', header=false, nullstr=E'\\x02'`;
  const table = `read_csv(${quoteText(file.path)}, auto_detect=false, ${dialect}, ${textReaderOptions(file, reading)}, columns={'line': 'VARCHAR'})`;
  return columns === 'line' ? table : `(SELECT ${columns} FROM ${table})`;
}

type JsonRecord = Readonly<Record<string, Value>>;

/**
 * Columns of the features, and of what goes beside them. An object lives no longer than its line: kept for all lines
 * of a part, they would outlive the quick garbage collections. A line that is no record gets values that the contract
 * refuses.
 */
function linesReader(
  features: readonly Feature[],
  beside: readonly string[],
  outputs: readonly string[],
): (lines: Vector, rows: number) => Columns {
  return (lines, rows) => {
    const columns = [...beside.map((name) => plainColumn(name, rows)), ...features.map((each) => growing(each, rows))];
    eachText(lines, rows, (line, row) => {
      const read = readObject(line, outputs);
      const record = 'fault' in read ? null : read.record;
      for (const { name, put } of columns) put(row, record === null ? unfit : valueIn(record, name));
    });
    const done: Record<string, ColumnInput> = Object.create(null);
    for (const { name, column } of columns) done[name] = column();
    return done;
  };
}

/** A column on its way from values of JSON. */
interface GrowingColumn {
  readonly name: string;
  readonly put: (row: number, value: Value) => void;
  readonly column: () => ColumnInput;
}

function growing(feature: Feature, rows: number): GrowingColumn {
  const isNumber = feature.type === 'number' || feature.type === 'integer';
  return isNumber ? numberColumn(feature.name, rows) : plainColumn(feature.name, rows, feature);
}

/** What is no number becomes NaN, which no contract accepts; null is missing. */
function numberColumn(name: string, rows: number): GrowingColumn {
  const values = new Float64Array(rows);
  const present = new Uint8Array(rows).fill(1);
  return {
    name,
    put(row, value) {
      if (value === null) present[row] = 0;
      else values[row] = typeof value === 'number' ? value : Number.NaN;
    },
    column: () => ({ kind: 'number', values, width: 1, present }),
  };
}

/** Values as they are: the reader of columns tells a text that should be a truth value from a truth value. */
function plainColumn(name: string, rows: number, feature: Feature | null = null): GrowingColumn {
  const values = new Array<Value>(rows).fill(null);
  return {
    name,
    put(row, value) {
      values[row] = value;
    },
    column: () => (feature?.type === 'array' ? arrayValues(feature, values) : (values as (string | null)[])),
  };
}

/** No feature takes an empty array: it is no number, no text, and has no shape. */
const unfit: Value = [];

function valueIn(record: JsonRecord, name: string): Value {
  return (Object.hasOwn(record, name) ? record[name] : null) ?? null;
}

function ifJson(sql: string): string {
  return `CASE WHEN json_valid(line) THEN ${sql} END`;
}

/** RFC 6901, which DuckDB takes as a path; unlike its own syntax it can name any key. */
function jsonPointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function typedKey(feature: Feature | undefined, text: string): string {
  if (feature === undefined) return text;
  if (feature.type === 'number') return `TRY_CAST(${text} AS DOUBLE)`;
  if (feature.type === 'integer') return `TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS BIGINT)`;
  return feature.type === 'boolean' ? `TRY_CAST(${text} AS BOOLEAN)` : text;
}

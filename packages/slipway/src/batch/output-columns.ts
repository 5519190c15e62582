import type { Vector } from '@duckdb/node-bindings';
import { type ColumnField, laneStarts, type OutputContract, type OutputField, type OutputLane } from '@slipway/core';
import { arrayColumn } from './array-column.ts';
import type { FileFormat } from './file-format.ts';
import { scoreTexts } from './score-text.ts';
import { fillTexts, fillVector } from './vectors.ts';

/** One entry of the model function's result, which is a STRUCT. */
export interface ResultEntry {
  readonly name: string;
  readonly type: 'FLOAT' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR';
}

/** How one output field leaves the model function and enters the output file. */
export interface OutputColumn {
  readonly name: string;
  readonly entries: readonly ResultEntry[];
  /** The value in the output file, given the SQL of an entry; where the file is NDJSON, its JSON text. */
  sql(entry: (name: string) => string): string;
  /** Fills the entries' vectors with the first `rows` values. */
  fill(field: ColumnField, rows: number, vectors: readonly Vector[]): void;
}

/** The columns that the model adds to a file of this format, in contract order. */
export function outputColumns(
  contract: OutputContract,
  lanes: readonly OutputLane[],
  format: FileFormat,
): readonly OutputColumn[] {
  const starts = laneStarts(contract);
  return contract.fields.map((field, index) => {
    const lane = lanes[starts.get(field.kind === 'decision' ? field.on : field.name) as number] as OutputLane;
    return outputColumn(field, isSingle(lane), `o${index}`, format);
  });
}

/** Whether scores of a lane are float32; labels and integers come as float64. */
function isSingle(lane: OutputLane): boolean {
  return lane.labels === null && (lane.type === 'float32' || lane.type === 'float16');
}

function outputColumn(field: OutputField, single: boolean, entry: string, format: FileFormat): OutputColumn {
  if (field.kind === 'vector') return arrayColumn(field, single, entry, format);
  if (field.kind === 'decision' || field.type === 'boolean') return truthColumn(field.name, entry, format);
  if (field.type === 'string') return textColumn(field.name, entry, format);
  const number: ResultEntry = { name: entry, type: single ? 'FLOAT' : 'DOUBLE' };
  if (field.type === 'integer') return integerColumn(field.name, number, format);
  return format === 'parquet' ? typedScoreColumn(field.name, number) : printedScoreColumn(field.name, number);
}

function typedScoreColumn(name: string, number: ResultEntry): OutputColumn {
  return {
    name,
    entries: [number],
    sql: (entry) => entry(number.name),
    fill: ({ values }, rows, [vector]) => fillVector(vector as Vector, floats(values, rows, number)),
  };
}

/** A score in a text file: rows that DuckDB prints otherwise than JavaScript carry their text beside the number. */
function printedScoreColumn(name: string, number: ResultEntry): OutputColumn {
  const text: ResultEntry = { name: `${number.name}_text`, type: 'VARCHAR' };
  return {
    name,
    entries: [number, text],
    sql: (entry) => `coalesce(${entry(text.name)}, ${entry(number.name)}::VARCHAR)`,
    fill(field, rows, [numbers, texts]) {
      const values = floats(field.values, rows, number);
      fillVector(numbers as Vector, values);
      fillTexts(texts as Vector, rows, scoreTexts(values));
    },
  };
}

function integerColumn(name: string, number: ResultEntry, format: FileFormat): OutputColumn {
  const { fill } = typedScoreColumn(name, number);
  const sql = (entry: (name: string) => string) => printed(`${entry(number.name)}::BIGINT`, format);
  return { name, entries: [number], sql, fill };
}

function truthColumn(name: string, entryName: string, format: FileFormat): OutputColumn {
  return {
    name,
    entries: [{ name: entryName, type: 'BOOLEAN' }],
    sql: (entry) => printed(entry(entryName), format),
    fill: ({ values }, rows, [vector]) => fillVector(vector as Vector, (values as Uint8Array).subarray(0, rows)),
  };
}

function textColumn(name: string, entryName: string, format: FileFormat): OutputColumn {
  return {
    name,
    entries: [{ name: entryName, type: 'VARCHAR' }],
    sql: (entry) => (format === 'ndjson' ? `to_json(${entry(entryName)})::VARCHAR` : entry(entryName)),
    fill: ({ values }, rows, [vector]) => fillTexts(vector as Vector, rows, (values as readonly string[]).entries()),
  };
}

function printed(sql: string, format: FileFormat): string {
  return format === 'ndjson' ? `(${sql})::VARCHAR` : sql;
}

/** The first `rows` values in the type of the entry; a session may answer float64 where a batch was scored in parts. */
function floats(values: ColumnField['values'], rows: number, { type }: ResultEntry): Float32Array | Float64Array {
  const numbers = values as Float32Array | Float64Array;
  const fits = type === 'FLOAT' ? numbers instanceof Float32Array : numbers instanceof Float64Array;
  if (fits) return numbers.subarray(0, rows);
  return type === 'FLOAT' ? Float32Array.from(numbers.subarray(0, rows)) : Float64Array.from(numbers.subarray(0, rows));
}

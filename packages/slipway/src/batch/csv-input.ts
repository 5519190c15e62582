import type { Feature } from '@slipway/core';
import { readHeader } from './csv-header.ts';
import { delimiter } from './csv-record.ts';
import {
  arrayArgument,
  besideArguments,
  columnsReader,
  type FeatureArgument,
  numberArgument,
  textArgument,
} from './feature-arguments.ts';
import type { BatchFile } from './file-format.ts';
import type { InputColumn, InputPlan, InputRequest, Reading } from './input-plan.ts';
import { checkColumns } from './schema-check.ts';
import { quoteText } from './sql-text.ts';

/** Longer records are quarantined: a quote that is never closed must not fill the memory. */
export const recordBytesMax = 2 * 1024 * 1024;
/** Smaller than DuckDB's own 32 MB: threads start sooner, and memory stays low. */
const bufferBytes = 4 * 1024 * 1024;

/**
 * All columns are read as text, so what passes through is value-exact: big integers, decimals, timestamps, quoted
 * text; and empty (NULL) stays apart from the quoted empty text. Only the features are cast, inside the query.
 */
export async function csvInput({ file, contract, beside }: InputRequest): Promise<InputPlan> {
  const names = await readHeader(file);
  checkColumns({ file: file.path, contract, columns: names.map((name) => ({ name, type: 'TEXT' })) });
  // Names may hold anything, and DuckDB takes `ID` and `id` for one: inside the query columns go by number.
  const place = new Map(names.map((name, index) => [name, `c${index}`]));
  const { features } = contract;
  const textOf = (name: string) => place.get(name) ?? null;
  const own = features.map((feature) => argumentOf(feature, textOf(feature.name) as string));
  const args = [...guarded(features, own, textOf), ...besideArguments(beside, textOf)];
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  return {
    file,
    from: (reading) => csvTable(file, names, reading),
    ordinal: null,
    line: null,
    rows: null,
    columns: names.map((name, index): InputColumn => {
      const raw = `c${index}`;
      const feature = byName.get(name);
      const typed = feature === undefined ? raw : typedText(feature, raw);
      return { name, raw, typed, json: typed };
    }),
    args,
    readColumns: columnsReader(args),
    textOf,
  };
}

function csvTable(file: BatchFile, names: readonly string[], reading: Reading): string {
  const columns = names.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  const dialect = `delim=${quoteText(delimiter)}, quote='"', escape='"', header=true, nullstr='', allow_quoted_nulls=false`;
  return `read_csv(${quoteText(file.path)}, auto_detect=false, ${dialect}, ${textReaderOptions(file, reading)}, columns={${columns}})`;
}

/** Options of DuckDB's text reader that CSV and NDJSON have in common. */
export function textReaderOptions(file: BatchFile, reading: Reading): string {
  const how = `compression='${file.gzip ? 'gzip' : 'none'}', parallel=${reading === 'parallel'}`;
  const drops = reading === 'keeping-drops' ? 'store_rejects=true, rejects_limit=1' : 'ignore_errors=true';
  const sizes = `buffer_size=${bufferBytes}, max_line_size=${recordBytesMax}`;
  return `${how}, ${drops}, ${sizes}`;
}

function argumentOf(feature: Feature, column: string): FeatureArgument {
  if (feature.type === 'string') return textArgument(feature, column);
  if (feature.type === 'array') return arrayArgument(feature, column);
  return numberArgument(feature.name, orNaN(feature.type === 'boolean' ? truthOf(column) : doubleOf(column), column));
}

/** Text that is not what the feature asks for becomes NaN, so that it is refused and not taken for missing. */
function orNaN(value: string, column: string): string {
  return `coalesce(${value}, CASE WHEN ${column} IS NULL THEN NULL ELSE 'nan'::DOUBLE END)`;
}

function doubleOf(column: string): string {
  return `TRY_CAST(${column} AS DOUBLE)`;
}

function truthOf(column: string): string {
  return `CASE lower(trim(${column}, E' \\t\\n\\r\\v\\f')) WHEN 'true' THEN 1.0 WHEN '1' THEN 1.0 WHEN 'false' THEN 0.0 WHEN '0' THEN 0.0 END::DOUBLE`;
}

/**
 * DuckDB reads `1_000` as 1000 and `+-5` as -5; the contract does not. No number has such characters, so one search
 * in all numbers of a row at once finds the rows whose first number is then refused.
 */
function guarded(
  features: readonly Feature[],
  args: readonly FeatureArgument[],
  textOf: (name: string) => string | null,
): readonly FeatureArgument[] {
  const isNumber = (feature: Feature) => feature.type === 'number' || feature.type === 'integer';
  const first = features.findIndex(isNumber);
  if (first === -1) return args;
  const texts = features.filter(isNumber).map((feature) => textOf(feature.name));
  const all = texts.length === 1 ? texts[0] : `concat(${texts.join(', ')})`;
  return args.map((arg, index) =>
    index === first
      ? {
          ...arg,
          sql: `CASE WHEN contains(${all}, '_') OR contains(${all}, '+-') THEN 'nan'::DOUBLE ELSE ${arg.sql} END`,
        }
      : arg,
  );
}

/** A text column with the type of its feature; rows that do not fit have been refused before. */
function typedText(feature: Feature, column: string): string {
  if (feature.type === 'number') return doubleOf(column);
  if (feature.type === 'integer') return `TRY_CAST(${doubleOf(column)} AS BIGINT)`;
  return feature.type === 'boolean' ? `(${truthOf(column)} = 1)` : column;
}

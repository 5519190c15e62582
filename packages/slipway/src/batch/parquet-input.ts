import type { DuckDBConnection } from '@duckdb/node-api';
import { type Feature, fail } from '@slipway/core';
import {
  arrayArgument,
  besideArguments,
  columnsReader,
  type FeatureArgument,
  numberArgument,
  textArgument,
} from './feature-arguments.ts';
import type { BatchFile } from './file-format.ts';
import type { InputColumn, InputPlan, InputRequest } from './input-plan.ts';
import { checkColumns, type SchemaColumn } from './schema-check.ts';
import { quoteName, quoteText } from './sql-text.ts';

const ordinal = 'file_row_number';

/** Columns keep their types and pass through as they are; features are cast to float64 inside the query. */
export async function parquetInput(
  { file, contract, beside }: InputRequest,
  connection: DuckDBConnection,
): Promise<InputPlan> {
  const { columns, rows } = await readFooter(file, connection);
  checkColumns({ file: file.path, contract, columns });
  refuseOrdinal(file, columns);
  // Names may be any, also those of the query itself: inside it, columns go by number.
  const place = new Map(columns.map(({ name, type }, index) => [name, { column: `c${index}`, type }]));
  const textOf = (name: string) => (place.has(name) ? `${place.get(name)?.column}::VARCHAR` : null);
  const own = contract.features.map((feature) => argumentOf(feature, place.get(feature.name) as PlacedColumn));
  const args = [...own, ...besideArguments(beside, textOf)];
  return {
    file,
    from: () => parquetTable(file, columns),
    ordinal,
    line: null,
    rows,
    columns: columns.map(({ name, type }, index) => passThrough(name, type, `c${index}`)),
    args,
    readColumns: columnsReader(args),
    textOf,
  };
}

interface PlacedColumn {
  readonly column: string;
  readonly type: string;
}

function parquetTable(file: BatchFile, columns: readonly SchemaColumn[]): string {
  const named = columns.map(({ name }, index) => `${quoteName(name)} AS c${index}`).join(', ');
  return `(SELECT ${named}, ${ordinal} FROM read_parquet(${quoteText(file.path)}, ${ordinal}=true))`;
}

function refuseOrdinal(file: BatchFile, columns: readonly SchemaColumn[]): void {
  if (!columns.some(({ name }) => name.toLowerCase() === ordinal)) return;
  throw fail('INPUT_SCHEMA', {
    message: `The input has a column ${ordinal}, which the reader uses itself.`,
    where: file.path,
    hint: 'Rename or remove the column in the input.',
  });
}

interface Footer {
  readonly columns: readonly SchemaColumn[];
  readonly rows: number;
}

async function readFooter(file: BatchFile, connection: DuckDBConnection): Promise<Footer> {
  const path = quoteText(file.path);
  try {
    const schema = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${path})`);
    const footer = await connection.runAndReadAll(`SELECT num_rows FROM parquet_file_metadata(${path})`);
    const columns = schema.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    return { columns, rows: Number(footer.getRows()[0]?.[0]) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause);
    throw fail('INPUT_FORMAT', {
      message: `The file is not Parquet, or cut short: ${reason}.`,
      where: file.path,
      cause,
    });
  }
}

function argumentOf(feature: Feature, { column, type }: PlacedColumn): FeatureArgument {
  if (feature.type === 'string') return textArgument(feature, `${column}::VARCHAR`);
  if (feature.type === 'array') return arrayArgument(feature, `to_json(${column})::VARCHAR`);
  return numberArgument(feature.name, isLong(type) ? `${column}::VARCHAR::DOUBLE` : `${column}::DOUBLE`);
}

/** Numbers with more digits than a float64 holds are rounded once only by way of their text. */
function isLong(type: string): boolean {
  const digits = /^DECIMAL\((\d+),/.exec(type)?.[1];
  return digits !== undefined ? Number(digits) > 15 : type.includes('HUGEINT');
}

function passThrough(name: string, type: string, column: string): InputColumn {
  // JSON has no word for NaN and infinity: there they become text.
  const isFloat = type === 'FLOAT' || type === 'DOUBLE';
  const json = isFloat
    ? `CASE WHEN isfinite(${column}) THEN to_json(${column}) ELSE to_json(${column}::VARCHAR) END`
    : column;
  return { name, raw: column, typed: column, json };
}

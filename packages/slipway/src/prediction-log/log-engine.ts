import type { DuckDBConnection } from '@duckdb/node-api';

export interface LogEngine {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** A DuckDB for one command: loaded only now, within bounds, without the network. */
export async function openLogEngine(spillFolder: string): Promise<LogEngine> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '1GB',
    temp_directory: spillFolder,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    enable_external_file_cache: 'false',
  });
  const connection = await instance.connect();
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The columns of a prediction, in segments and in compacted files. Fields are JSON: `inputs.hours`, `outputs->>'label'`. */
const columns = {
  id: 'VARCHAR',
  // `at` is a word of SQL, so it has another name here.
  predicted_at: 'TIMESTAMP',
  model: 'VARCHAR',
  version: 'VARCHAR',
  variant: 'VARCHAR',
  unit: 'VARCHAR',
  context: 'JSON',
  inputs: 'JSON',
  outputs: 'JSON',
  latency_ms: 'DOUBLE',
  fallback: 'JSON',
  source: 'VARCHAR',
  share: 'DOUBLE',
  hashed: 'VARCHAR[]',
  cut: 'VARCHAR[]',
} as const;

const columnNames = Object.keys(columns);

/**
 * A query for the records of segments. Lines that the engine cannot take are passed over, and so are those that no file
 * by model and day has a place for: compaction finds out which, and sets them aside.
 */
export function segmentsQuery(files: readonly string[]): string {
  const types = Object.entries(columns).map(([name, type]) => `"${jsonName(name)}": '${type}'`);
  return `SELECT * RENAME ("at" AS predicted_at) FROM read_json([${files.map(sqlText).join(', ')}], format = 'newline_delimited', ignore_errors = true, columns = {${types.join(', ')}}) WHERE id IS NOT NULL AND "at" BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31' AND model <> ''`;
}

function jsonName(column: string): string {
  return column === 'predicted_at' ? 'at' : column;
}

/** A query for the rows of compacted files. */
export function dayFilesQuery(files: readonly string[]): string {
  return `SELECT ${columnNames.join(', ')} FROM read_parquet([${files.map(sqlText).join(', ')}], hive_partitioning = false)`;
}

/** No row, of the right shape. */
export function emptyQuery(): string {
  const shape = Object.entries(columns).map(([name, type]) => `NULL::${type} AS ${name}`);
  return `SELECT ${shape.join(', ')} WHERE false`;
}

export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

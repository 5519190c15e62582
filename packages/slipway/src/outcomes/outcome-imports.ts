import type { DuckDBConnection } from '@duckdb/node-api';
import { openLogEngine, sqlText } from '../prediction-log/log-engine.ts';
import { draftFolder, listOutcomeFiles, unreadable } from './outcome-files.ts';

/** An import whose outcomes are kept. */
export interface OutcomeImport {
  readonly id: string;
  /** ISO 8601, UTC; null where an erasure or the retention has left no row. */
  readonly at: string | null;
  /** The path as it was imported; null of an import by an earlier release. */
  readonly file: string | null;
  /** The models that its rows name; an outcome may name none, and only its prediction. */
  readonly models: readonly string[];
  /** Those that are still kept. */
  readonly rows: number;
}

/** Every import that is kept, the newest first. Raises LOG_CORRUPT, with the file that cannot be read. */
export async function listImports(folder: string): Promise<readonly OutcomeImport[]> {
  const files = await listOutcomeFiles(folder);
  if (files.length === 0) return [];
  const engine = await openLogEngine(draftFolder(folder));
  try {
    const found: OutcomeImport[] = [];
    for (const file of files) found.push(await readImport(engine.connection, file));
    return found.sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1));
  } finally {
    engine.close();
  }
}

async function readImport(connection: DuckDBConnection, file: string): Promise<OutcomeImport> {
  const query = `SELECT epoch_ms(max(imported_at))::DOUBLE, count(*)::INTEGER, to_json(list_sort(list(DISTINCT model)))
    FROM read_parquet(${sqlText(file)})`;
  const read = await connection.runAndReadAll(query).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const [at = null, rows, models] = read.getRowsJson()[0] ?? [];
  const named = models === null ? [] : (JSON.parse(String(models)) as readonly (string | null)[]);
  return {
    id: importIdOf(file),
    at: at === null ? null : new Date(Number(at)).toISOString(),
    file: (await sourceOf(connection, file)) ?? null,
    models: named.filter((model) => model !== null),
    rows: Number(rows),
  };
}

/** The path of the source that a file of outcomes remembers beside its rows. */
export async function sourceOf(connection: DuckDBConnection, file: string): Promise<string | undefined> {
  const query = `SELECT decode(value) FROM parquet_kv_metadata(${sqlText(file)}) WHERE decode(key) = 'source'`;
  const read = await connection.runAndReadAll(query);
  const source = read.getRowsJson()[0]?.[0];
  return source === undefined || source === null ? undefined : String(source);
}

/** How a file of outcomes is written, with the path of its source beside the rows. */
export function copyOptions(source: string | undefined): string {
  const remembered = source === undefined ? '' : `, KV_METADATA { source: ${sqlText(source)} }`;
  return `(FORMAT parquet, COMPRESSION zstd${remembered})`;
}

function importIdOf(file: string): string {
  return /([0-9a-f]{64})\.parquet$/.exec(file)?.[1] ?? file;
}

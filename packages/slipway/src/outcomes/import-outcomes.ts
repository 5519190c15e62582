import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { fail } from '@slipway/core';
import { readErasures } from '../prediction-log/erasures.ts';
import { openLogEngine, sqlText } from '../prediction-log/log-engine.ts';
import { logPlaces } from '../prediction-log/log-files.ts';
import { keyedHash } from '../prediction-log/policy.ts';
import { isThere } from '../system/is-there.ts';
import { syncFolder, syncPath } from '../system/sync-path.ts';
import {
  changeOutcomes,
  draftEnding,
  listOutcomeFiles,
  notWritable,
  outcomeColumns,
  outcomeFile,
  unreadable,
} from './outcome-files.ts';
import { copyOptions } from './outcome-imports.ts';
import { outcomeRowsQuery, planOutcomes, type RefusalReason, readQuery } from './outcome-rows.ts';

export interface OutcomeSource {
  readonly path: string;
  readonly format: 'csv' | 'parquet' | 'ndjson';
}

/** Which columns of a file say what. The default of each is its own name, and of `values` all the others. */
export interface OutcomeColumns {
  readonly predictionId?: string;
  readonly unit?: string;
  readonly at?: string;
  readonly observedAt?: string;
  readonly values?: readonly string[];
}

export interface ImportOptions {
  /** Where outcomes are kept. */
  readonly folder: string;
  readonly source: OutcomeSource;
  readonly columns: OutcomeColumns;
  /** Of outcomes whose row names none. */
  readonly model: string | null;
  /** With a key, the hash of a unit is kept, to find it in a log that hashes units; `hide` leaves out the unit itself. */
  readonly units: { readonly key: string | null; readonly hide: boolean };
  readonly nowMs: number;
  /** Told every model that the outcomes to be kept name; what it raises stops the import before anything is kept. */
  readonly demandModels?: (models: readonly string[]) => Promise<void>;
}

export interface ImportedOutcomes {
  readonly importId: string;
  /** The same file, read in the same way, was imported before: nothing has changed. */
  readonly known: boolean;
  readonly outcomes: number;
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly count: number;
  /** From 1, without a header. */
  readonly firstRow: number;
}

/**
 * Keeps what really happened: one new file, on the disk before it answers, or none. Imports into one folder take turns.
 * Raises INPUT_NOT_FOUND, INPUT_FORMAT, OUTCOMES_INVALID, OUTPUT_NOT_WRITABLE, LOG_BUSY where another holds the folder
 * for a minute, and SETTINGS_INVALID where units are to be hidden without a key.
 */
export async function importOutcomes(options: ImportOptions): Promise<ImportedOutcomes> {
  const { folder, source, units } = options;
  const hash = units.hide || units.key !== null ? keyedHash(units.key) : null;
  const before = await stateOf(source);
  const importId = await identify(options, hash);
  return changeOutcomes(folder, async () => {
    const file = outcomeFile(folder, importId);
    if (await isThere(file)) return { importId, known: true, outcomes: 0, refused: [] };
    const draft = `${file}.${randomBytes(6).toString('hex')}${draftEnding}`;
    const engine = await openLogEngine(`${draft}.spill`);
    try {
      const { connection } = engine;
      await connection.run(`SET preserve_insertion_order = true`);
      await connection.run(`SET TimeZone = 'UTC'`).catch(() => undefined);
      await readRows(connection, options);
      if ((await stateOf(source)) !== before) throw changedMeanwhile(source);
      await leaveOutErased(connection, folder);
      await options.demandModels?.(await modelsOf(connection));
      await hashUnits(connection, hash);
      const outcomes = await writeRows(connection, options, importId, draft);
      const refused = await refusals(connection);
      await settle(draft, file, folder);
      return { importId, known: false, outcomes, refused };
    } finally {
      engine.close();
      await rm(draft, { force: true });
      await rm(`${draft}.spill`, { force: true, recursive: true });
    }
  });
}

async function settle(draft: string, file: string, folder: string): Promise<void> {
  try {
    await syncPath(draft);
    await rename(draft, file);
    await syncFolder(folder);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

/** What tells that a file has been written to. */
async function stateOf({ path }: OutcomeSource): Promise<string> {
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw notFound(path, cause);
  });
  return `${size} ${mtimeMs}`;
}

function notFound(where: string, cause: unknown) {
  return fail('INPUT_NOT_FOUND', { message: 'The file of outcomes cannot be read.', where, cause });
}

function changedMeanwhile({ path }: OutcomeSource) {
  return fail('INPUT_FORMAT', {
    message: 'The file of outcomes changed while it was read.',
    where: path,
    hint: 'Import it when it is written to its end.',
  });
}

/** The SHA-256 of the bytes of the file and of how they are read: the same import twice has one name. */
async function identify(options: ImportOptions, hash: ((unit: string) => string) | null): Promise<string> {
  const { source, columns, model, units } = options;
  const { predictionId, unit, at, observedAt, values } = columns;
  const way = [source.format, predictionId, unit, at, observedAt, values, model, units.hide, hash?.('') ?? null];
  const digest = createHash('sha256').update(JSON.stringify(way));
  try {
    for await (const bytes of createReadStream(source.path)) digest.update(bytes as Buffer);
  } catch (cause) {
    throw notFound(source.path, cause);
  }
  return digest.digest('hex');
}

/** Makes the table `outcomes` of all rows; `refusal` is null of those that are kept. */
async function readRows(connection: DuckDBConnection, { source, columns, model }: ImportOptions): Promise<void> {
  const describe = `DESCRIBE SELECT * FROM ${readQuery(source, [])}`;
  const types = new Map(
    (await asked(connection, source, describe)).map(([name, type]) => [String(name), String(type)]),
  );
  const plan = planOutcomes([...types.keys()], columns, model, source.path);
  await asked(connection, source, `CREATE TABLE outcomes AS ${outcomeRowsQuery(plan, source, model, types)}`);
}

/** What happened to a unit before it was erased stays out, whichever file it comes in. */
async function leaveOutErased(connection: DuckDBConnection, folder: string): Promise<void> {
  const reason: RefusalReason = 'a unit that was erased';
  for (const { at, model, salt, digests } of readErasures(logPlaces(folder))) {
    const until = `TIMESTAMP ${sqlText(at.replace('Z', ''))}`;
    const ofModel = model === null ? '' : ` AND coalesce(model, ${sqlText(model)}) = ${sqlText(model)}`;
    await connection.run(
      `UPDATE outcomes SET refusal = ${sqlText(reason)} WHERE refusal IS NULL AND unit IS NOT NULL
        AND coalesce(occurred_at, ${until}) <= ${until}${ofModel}
        AND sha256(${sqlText(salt)} || unit) IN (${digests.map(sqlText).join(', ')})`,
    );
  }
}

async function asked(connection: DuckDBConnection, { path }: OutcomeSource, sql: string) {
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw fail('INPUT_FORMAT', { message: `The outcomes cannot be read: ${reason}`, where: path, cause });
  }
}

async function modelsOf(connection: DuckDBConnection): Promise<readonly string[]> {
  const read = await connection.runAndReadAll(
    'SELECT DISTINCT model FROM outcomes WHERE refusal IS NULL AND model IS NOT NULL ORDER BY model',
  );
  return read.getRows().map(([model]) => String(model));
}

async function hashUnits(connection: DuckDBConnection, hash: ((unit: string) => string) | null): Promise<void> {
  await connection.run('CREATE TABLE hashes (unit VARCHAR, unit_hash VARCHAR)');
  if (hash === null) return;
  const units = await connection.runAndReadAll('SELECT DISTINCT unit FROM outcomes WHERE unit IS NOT NULL');
  const appender = await connection.createAppender('hashes');
  for (const [unit] of units.getRows()) {
    appender.appendVarchar(String(unit));
    appender.appendVarchar(hash(String(unit)));
    appender.endRow();
  }
  appender.closeSync();
}

async function writeRows(
  connection: DuckDBConnection,
  { folder, source, units, nowMs }: ImportOptions,
  importId: string,
  draft: string,
): Promise<number> {
  const importedAt = `epoch_ms(${Math.max(nowMs, (await lastImportMs(connection, folder)) + 1)})`;
  const values: Record<keyof typeof outcomeColumns, string> = {
    import_id: sqlText(importId),
    imported_at: importedAt,
    row: 'o."row"',
    prediction_id: 'o.prediction_id',
    model: 'o.model',
    unit: units.hide ? 'NULL' : 'o.unit',
    unit_hash: 'h.unit_hash',
    occurred_at: 'o.occurred_at',
    observed_at: `coalesce(o.observed_at, o.occurred_at, ${importedAt})`,
    outcome: 'o.outcome',
  };
  const typed = Object.entries(outcomeColumns).map(
    ([name, type]) => `(${values[name as keyof typeof outcomeColumns]})::${type} AS "${name}"`,
  );
  const rows = `SELECT ${typed.join(', ')} FROM outcomes o LEFT JOIN hashes h ON o.unit = h.unit WHERE o.refusal IS NULL ORDER BY o."row"`;
  const copy = `COPY (${rows}) TO ${sqlText(draft)} ${copyOptions(source.path)}`;
  const copied = await connection.run(copy).catch((cause: unknown) => {
    throw notWritable(folder, cause);
  });
  return copied.rowsChanged;
}

/** Of two imports the later one counts, so their times are in the order of the imports also where the clock jumps back. */
async function lastImportMs(connection: DuckDBConnection, folder: string): Promise<number> {
  const files = await listOutcomeFiles(folder);
  if (files.length === 0) return 0;
  const query = `SELECT epoch_ms(max(imported_at)) FROM read_parquet([${files.map(sqlText).join(', ')}])`;
  const read = await connection.runAndReadAll(query).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return Number(read.getRowsJson()[0]?.[0] ?? 0);
}

async function refusals(connection: DuckDBConnection): Promise<readonly Refusal[]> {
  const found = await connection.runAndReadAll(
    'SELECT refusal, count(*), min("row") FROM outcomes WHERE refusal IS NOT NULL GROUP BY refusal ORDER BY 3',
  );
  return found.getRows().map(([reason, count, firstRow]) => ({
    reason: String(reason) as RefusalReason,
    count: Number(count),
    firstRow: Number(firstRow),
  }));
}

import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { openLogEngine, sqlText } from '../prediction-log/log-engine.ts';
import { syncFolder, syncPath } from '../system/sync-path.ts';
import { draftEnding, draftFolder, listOutcomeFiles, notWritable, unreadable } from './outcome-files.ts';
import { copyOptions, sourceOf } from './outcome-imports.ts';

export interface TakenOut {
  /** Rows. */
  readonly outcomes: number;
  /** Files that were written again. */
  readonly files: number;
}

export interface TakeOutOptions {
  readonly folder: string;
  /** Makes what the condition needs. */
  readonly prepare?: (connection: DuckDBConnection) => Promise<void>;
  /** A condition of SQL, true of the rows that go; never null. */
  readonly condition: string;
  readonly dryRun: boolean;
}

/**
 * Writes each file that holds such rows again without them, under its name: also where none is left, so that the same
 * file, imported again, does not bring them back. A kill leaves each file as it was or without them; the same call again
 * finishes it. Only inside `changeOutcomes`, except for a dry run. Raises LOG_CORRUPT, OUTPUT_NOT_WRITABLE.
 */
export async function takeOut({ folder, prepare, condition, dryRun }: TakeOutOptions): Promise<TakenOut> {
  const all = await listOutcomeFiles(folder);
  if (all.length === 0) return { outcomes: 0, files: 0 };
  const engine = await openLogEngine(draftFolder(folder));
  let outcomes = 0;
  let files = 0;
  try {
    await prepare?.(engine.connection);
    for (const file of all) {
      const rows = await countOf(engine.connection, file, condition);
      if (rows === 0) continue;
      outcomes += rows;
      files += 1;
      if (!dryRun) await writeAgain(engine.connection, file, `NOT (${condition})`);
    }
  } finally {
    engine.close();
  }
  return { outcomes, files };
}

async function countOf(connection: DuckDBConnection, file: string, condition: string): Promise<number> {
  const query = `SELECT count(*)::INTEGER FROM read_parquet(${sqlText(file)}) WHERE ${condition}`;
  const read = await connection.runAndReadAll(query).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return Number(read.getRowsJson()[0]?.[0]);
}

async function writeAgain(connection: DuckDBConnection, file: string, kept: string): Promise<void> {
  const folder = dirname(file);
  const draft = `${file}.${randomBytes(6).toString('hex')}${draftEnding}`;
  const rows = `SELECT * FROM read_parquet(${sqlText(file)}) WHERE ${kept} ORDER BY "row"`;
  try {
    const options = copyOptions(await sourceOf(connection, file));
    await connection.run(`COPY (${rows}) TO ${sqlText(draft)} ${options}`);
    await syncPath(draft);
    await rename(draft, file);
    await syncFolder(folder);
  } catch (cause) {
    throw notWritable(folder, cause);
  }
}

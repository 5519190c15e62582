import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of a folder of outcomes: one for each import, named by what was imported, and never written again. */
export async function listOutcomeFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names
    .filter((name) => /^[0-9a-f]{64}\.parquet$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

export function outcomeFile(folder: string, importId: string): string {
  return join(folder, `${importId}.parquet`);
}

/** The columns of an outcome, in the order in which they are written. Times are UTC, in milliseconds. */
export const outcomeColumns = {
  import_id: 'VARCHAR',
  imported_at: 'TIMESTAMP',
  /** From 1, of the file that was imported. */
  row: 'BIGINT',
  prediction_id: 'VARCHAR',
  model: 'VARCHAR',
  unit: 'VARCHAR',
  unit_hash: 'VARCHAR',
  occurred_at: 'TIMESTAMP',
  observed_at: 'TIMESTAMP',
  /** What happened: an object of the value columns. */
  outcome: 'JSON',
} as const;

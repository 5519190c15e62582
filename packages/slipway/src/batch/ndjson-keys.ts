import type { DuckDBConnection } from '@duckdb/node-api';
import { fail } from '@slipway/core';
import type { BatchFile } from './file-format.ts';
import { lineTable } from './ndjson-input.ts';
import { queryError } from './query-error.ts';

/** Objects with more keys than this together are no rows of one table. */
const keysMax = 2000;

/**
 * Every key of every object of the file, in the order in which they first stand there: the columns of an output that
 * has columns. The whole file is read for it, since a key that only a late line has must not be lost. Raises
 * INPUT_SCHEMA, and BATCH_FAILED where the query engine cannot read the file.
 */
export async function ndjsonKeys(file: BatchFile, connection: DuckDBConnection): Promise<readonly string[]> {
  const lines = `SELECT json_keys(line) AS keys, row_number() OVER () AS row FROM ${lineTable(file, 'parallel')} WHERE json_valid(line) AND json_type(line) = 'OBJECT'`;
  const single = `SELECT unnest(keys) AS key, generate_subscripts(keys, 1) AS place, row FROM (${lines})`;
  const sql = `SELECT key FROM (${single}) GROUP BY key ORDER BY min((row, place)) LIMIT ${keysMax + 1}`;
  const found = await connection.runAndReadAll(sql).catch((thrown: unknown) => {
    throw queryError(thrown);
  });
  const keys = found.getRows().map(([key]) => String(key));
  if (keys.length > keysMax) {
    throw fail('INPUT_SCHEMA', {
      message: `The objects of the file have more than ${keysMax} different keys, too many for columns.`,
      where: file.path,
      hint: 'Write NDJSON instead.',
    });
  }
  refuseCaseTwins(file, keys);
  return keys;
}

function refuseCaseTwins(file: BatchFile, keys: readonly string[]): void {
  const lower = keys.map((key) => key.toLowerCase());
  const at = lower.findIndex((key, index) => lower.indexOf(key) !== index);
  if (at === -1) return;
  const twin = keys[lower.indexOf(lower[at] as string)];
  throw fail('INPUT_SCHEMA', {
    message: `The keys ${JSON.stringify(twin)} and ${JSON.stringify(keys[at])} differ in case only, which columns cannot.`,
    where: file.path,
    hint: 'Write NDJSON instead, or rename one of them.',
  });
}

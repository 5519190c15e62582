import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { dayFilesQuery, segmentsQuery } from './log-engine.ts';
import { recordOf, wholeLines } from './set-aside.ts';

/** What becomes of the records of segments, each of them counted once. */
export interface SegmentAccounts {
  /** Rows that compacted files must have of them. */
  readonly rows: number;
  readonly doubles: number;
  readonly erased: number;
  /** Lines that the engine cannot read. */
  readonly refused: readonly Buffer[];
}

export interface AccountOptions {
  /** Segments, or copies of their whole records. */
  readonly files: readonly string[];
  /** Whole records that a check has found in them. */
  readonly records: number;
  readonly earlier: readonly string[];
  /** True of rows that no erasure takes. */
  readonly notErased: string;
  readonly staging: string;
}

/** Counts by queries of their own, not by what was written. Costs another reading: for when not all was written. */
export async function accountFor(connection: DuckDBConnection, options: AccountOptions): Promise<SegmentAccounts> {
  const { files, records, earlier, notErased, staging } = options;
  const before = earlier.length === 0 ? 'false' : `id IN (SELECT id FROM (${dayFilesQuery(earlier)}))`;
  const counted = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, count(*) FILTER (NOT (${notErased}))::DOUBLE,
      count(DISTINCT id) FILTER (${notErased} AND NOT (${before}))::DOUBLE FROM (${segmentsQuery(files)})`,
  );
  const [readable = 0, erased = 0, rows = 0] = (counted.getRowsJson()[0] ?? []).map(Number);
  const refused: Buffer[] = [];
  if (readable < records) for (const file of files) refused.push(...(await refusedLines(connection, file, staging)));
  return { rows, erased, doubles: readable - erased - rows, refused };
}

/** Why segments must stay; null where every record is accounted for. `strange` is what was written to no place. */
export function reasonToKeep(
  { rows, doubles, erased, refused }: SegmentAccounts,
  { written, records }: { readonly written: number; readonly records: number },
  strange: readonly string[],
): string | null {
  if (strange.length > 0) return `Its records would go to ${strange[0]}, which is no place of the log.`;
  if (written !== rows) return `Of ${rows} rows that were to be written, ${written} were.`;
  const found = written + doubles + erased + refused.length;
  return found === records ? null : `Of ${records} records ${found} are accounted for.`;
}

/** Lines of a segment that the engine answers no row for: those whose ids it lacks, each asked for alone. */
async function refusedLines(connection: DuckDBConnection, file: string, staging: string): Promise<readonly Buffer[]> {
  const seen = new Map<string, number>();
  const read = await connection.runAndReadAll(
    `SELECT id, count(*)::DOUBLE FROM (${segmentsQuery([file])}) GROUP BY id`,
  );
  for (const [id, count] of read.getRowsJson()) seen.set(String(id), Number(count));
  const lines = Map.groupBy(await wholeLines(file), (line) => recordOf(line)?.id ?? null);
  const refused: Buffer[] = [];
  for (const [id, ofId] of lines) {
    if (id !== null && seen.get(id) === ofId.length) continue;
    for (const line of ofId) if (!(await isRead(connection, line, staging))) refused.push(line);
  }
  return refused;
}

async function isRead(connection: DuckDBConnection, line: Buffer, staging: string): Promise<boolean> {
  const alone = join(staging, 'one-line.ndjson');
  await writeFile(alone, line);
  const read = await connection.runAndReadAll(`SELECT 1 FROM (${segmentsQuery([alone])})`);
  return read.currentRowCount > 0;
}

import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { fail, type PredictionEvent } from '@slipway/core';
import { notErased, readErasures } from './erasures.ts';
import { dayFilesQuery, emptyQuery, openLogEngine, segmentsQuery, sqlText } from './log-engine.ts';
import { type DayFile, type LogPlaces, logPlaces } from './log-files.ts';
import type { LogMarks } from './log-marks.ts';
import { anyGone, type ReadableFiles, readableFiles } from './readable-files.ts';
import { leaveReadingFolder, readingFolder } from './reading-folder.ts';
import { findLine, listSetAside } from './set-aside.ts';

/** A prediction as the log has it. */
export type LoggedEvent = PredictionEvent & LogMarks;

export interface LogTable {
  readonly columns: readonly string[];
  /** As the engine names them: `BIGINT`. */
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

export interface LogFilter {
  readonly model?: string;
  /** ISO 8601, UTC. */
  readonly since?: string;
  readonly limit: number;
}

/** One prediction by its id; null where the log has none. Reads the days that the id can be of, and no others. */
export async function findPrediction(folder: string, id: string): Promise<LoggedEvent | null> {
  const days = daysOf(id);
  const isOfDay = ({ day }: DayFile) => days === null || days.includes(day);
  const found = await query(folder, isOfDay, `SELECT * FROM predictions WHERE id = ${sqlText(id)} LIMIT 1`);
  return eventsOf(found)[0] ?? (await findUnread(logPlaces(folder), id));
}

/** One that no query can read, in what was set aside, or in a segment that was not compacted yet. */
async function findUnread(places: LogPlaces, id: string): Promise<LoggedEvent | null> {
  const { segments } = await readableFiles(places, () => false);
  const aside = (await listSetAside(places)).map(({ file }) => file);
  return findLine([...aside, ...segments], id, readErasures(places));
}

/** The newest first. */
export async function listPredictions(
  folder: string,
  { model, since, limit }: LogFilter,
): Promise<readonly LoggedEvent[]> {
  const conditions = [
    ...(model === undefined ? [] : [`model = ${sqlText(model)}`]),
    ...(since === undefined ? [] : [`predicted_at >= TIMESTAMP ${sqlText(since.replace('Z', ''))}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const isAsked = (file: DayFile) =>
    (model === undefined || file.model === model) && (since === undefined || file.day >= since.slice(0, 10));
  return eventsOf(
    await query(
      folder,
      isAsked,
      `SELECT * FROM predictions ${where} ORDER BY predicted_at DESC, id DESC LIMIT ${limit}`,
    ),
  );
}

/**
 * One SELECT of the caller's over the view `predictions`. It reads the files of the log, those `beside` it that the
 * caller names, and nothing else. Raises LOG_QUERY with the engine's own words.
 */
export function queryLog(folder: string, sql: string, beside: readonly string[] = []): Promise<LogTable> {
  return query(folder, () => true, sql, beside);
}

const attemptsMax = 16;

async function query(
  folder: string,
  isAsked: (file: DayFile) => boolean,
  sql: string,
  beside: readonly string[] = [],
): Promise<LogTable> {
  const places = logPlaces(folder);
  await demandLog(places);
  for (let attempt = 1; ; attempt++) {
    const files = await readableFiles(places, isAsked);
    const spill = await readingFolder(places);
    const engine = await openLogEngine(spill);
    try {
      await showPredictions(engine.connection, places, files, beside);
      return await select(engine.connection, sql);
    } catch (thrown) {
      // A compaction has put other files in their place since they were listed.
      if (attempt < attemptsMax && (await anyGone(files))) continue;
      throw asLogError(thrown, folder);
    } finally {
      engine.close();
      await leaveReadingFolder(spill);
    }
  }
}

async function demandLog({ folder }: LogPlaces): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw fail('LOG_NOT_FOUND', {
    message: 'There is no prediction log in this folder.',
    where: folder,
    hint: 'A log in another folder is named with --log FOLDER, or by SLIPWAY_LOG; serve --log and batch --log begin one.',
  });
}

/** Makes the view, and shuts everything but its files. */
async function showPredictions(
  connection: DuckDBConnection,
  places: LogPlaces,
  files: ReadableFiles,
  beside: readonly string[],
): Promise<void> {
  const parts = [
    ...(files.segments.length === 0 ? [] : [segmentsQuery(files.segments)]),
    ...(files.days.length === 0 ? [] : [dayFilesQuery(files.days)]),
  ];
  const all = parts.length === 0 ? emptyQuery() : parts.join(' UNION ALL BY NAME ');
  const paths = [...files.segments, ...files.days, ...beside].map(sqlText).join(', ');
  await connection.run(`SET TimeZone = 'UTC'`).catch(() => undefined);
  await connection.run(`SET allowed_paths = [${paths}]`);
  await connection.run(`CREATE VIEW predictions AS SELECT * FROM (${all}) WHERE ${notErased(readErasures(places))}`);
  await connection.run(`SET enable_external_access = false; SET lock_configuration = true`);
}

async function select(connection: DuckDBConnection, sql: string): Promise<LogTable> {
  const { StatementType } = await import('@duckdb/node-api');
  const statements = await connection.extractStatements(sql);
  const only = statements.count === 1 ? await statements.prepare(0) : null;
  if (only === null || only.statementType !== StatementType.SELECT) {
    throw fail('LOG_QUERY', { message: 'A query of the log is one SELECT.', where: '--sql' });
  }
  const read = await only.runAndReadAll();
  return { columns: read.columnNames(), types: read.columnTypes().map(String), rows: read.getRowsJson() };
}

function asLogError(thrown: unknown, folder: string): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof Error && 'code' in thrown) return thrown;
  const damaged = /'([^']+\.parquet)'/.exec(message);
  if (damaged !== null && !/not allowed|Permission/i.test(message)) {
    return fail('LOG_CORRUPT', {
      message: `A compacted file cannot be read: ${message}`,
      where: damaged[1] ?? folder,
      cause: thrown,
    });
  }
  return fail('LOG_QUERY', { message: message.trim(), where: '--sql', cause: thrown });
}

/** The day of a version 7 UUID and its neighbours; null for an id that says nothing. */
function daysOf(id: string): readonly string[] | null {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id)) return null;
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const dayMs = 86_400_000;
  return [ms - dayMs, ms, ms + dayMs].map((at) => new Date(at).toISOString().slice(0, 10));
}

function eventsOf({ columns, rows }: LogTable): readonly LoggedEvent[] {
  return rows.map((row) => eventOf(Object.fromEntries(row.map((value, index) => [columns[index] ?? '', value]))));
}

function eventOf(row: Record<string, unknown>): LoggedEvent {
  const parsed = (name: string) => (typeof row[name] === 'string' ? JSON.parse(row[name] as string) : null);
  const { predicted_at: at, hashed, cut, context: _c, inputs: _i, outputs: _o, fallback: _f, ...plain } = row;
  const instant = new Date(`${String(at).replace(' ', 'T')}Z`).toISOString();
  return {
    kind: 'prediction',
    ...plain,
    at: instant,
    context: parsed('context'),
    inputs: parsed('inputs'),
    outputs: parsed('outputs'),
    fallback: parsed('fallback'),
    ...(hashed === null ? {} : { hashed }),
    ...(cut === null ? {} : { cut }),
  } as unknown as LoggedEvent;
}

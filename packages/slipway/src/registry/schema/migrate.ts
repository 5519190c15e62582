import { fail } from '@slipway/core';
import { type Database, firstRow, type Transaction } from '../database/database.ts';
import type { Migration } from './migration.ts';
import { migrations } from './migrations.ts';

/** Any number will do, as long as every Slipway takes the same one. */
const migrationLock = 7_305_501;

export interface SchemaState {
  readonly version: number;
  readonly minimumReader: number;
}

export interface MigrateOptions {
  /** Whether a registry is made where there is none; else REGISTRY_NOT_FOUND. */
  readonly create: boolean;
  /** For tests of what is to come; the steps of this release, if left out. */
  readonly steps?: readonly Migration[];
}

/**
 * Brings the schema to this release, all steps in one transaction, however many processes start at once. A newer schema
 * is left as it is, and used if it says that this release may; else REGISTRY_NEWER. `isNew`: there was no registry.
 */
export async function migrate(
  database: Database,
  { create, steps = migrations }: MigrateOptions,
): Promise<{ readonly isNew: boolean }> {
  const state = await database.read((transaction) => schemaState(transaction, database));
  if (state === null && !create) {
    throw fail('REGISTRY_NOT_FOUND', { message: 'There is no registry yet.', where: database.where });
  }
  if (state !== null && state.version >= steps.length) checkReadable(state, steps.length, database);
  else await database.write((transaction) => migrateIn(transaction, database, steps));
  return { isNew: state === null };
}

/** Takes the steps that are still to be taken, in a transaction that is under way. */
export async function migrateIn(
  transaction: Transaction,
  database: Database,
  steps: readonly Migration[],
): Promise<void> {
  if (database.dialect === 'postgres') await transaction.all('SELECT pg_advisory_xact_lock(?)', migrationLock);
  // Another process may have been faster.
  const now = await schemaState(transaction, database);
  if (now !== null && now.version >= steps.length) return checkReadable(now, steps.length, database);
  await takeSteps(transaction, steps.slice(now?.version ?? 0), database, now?.minimumReader ?? 1);
}

async function takeSteps(
  transaction: Transaction,
  steps: readonly Migration[],
  { dialect }: Database,
  minimumBefore: number,
): Promise<void> {
  await transaction.all(
    'CREATE TABLE IF NOT EXISTS slipway_schema (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, minimum_reader INTEGER NOT NULL)',
  );
  let minimum = minimumBefore;
  for (const step of steps) {
    for (const statement of step.statements(dialect)) await transaction.all(statement);
    minimum = Math.max(minimum, step.minimumReader);
    await transaction.all(
      `INSERT INTO slipway_schema (one, version, minimum_reader) VALUES (1, ?, ?)
       ON CONFLICT (one) DO UPDATE SET version = excluded.version, minimum_reader = excluded.minimum_reader`,
      step.version,
      minimum,
    );
  }
}

/** Not `to_regclass`: that one may remember that there was no such table when this connection asked before. */
const inPostgres =
  "SELECT tablename FROM pg_tables WHERE tablename = 'slipway_schema' AND schemaname = ANY (current_schemas(false))";

/** Null: there is no registry in the database. */
export async function schemaState(transaction: Transaction, { dialect }: Database): Promise<SchemaState | null> {
  const found =
    dialect === 'sqlite'
      ? await firstRow(transaction, "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'slipway_schema'")
      : await firstRow(transaction, inPostgres);
  if (found === undefined) return null;
  const row = await firstRow(transaction, 'SELECT version, minimum_reader FROM slipway_schema');
  if (row === undefined) return null;
  return { version: Number(row.version), minimumReader: Number(row.minimum_reader) };
}

function checkReadable({ version, minimumReader }: SchemaState, ours: number, { where }: Database): void {
  if (minimumReader <= ours) return;
  throw fail('REGISTRY_NEWER', {
    message: `The registry has schema ${version}, which needs a Slipway of schema ${minimumReader} or newer; this one knows schema ${ours}.`,
    where,
    details: { version, minimumReader, ours },
  });
}

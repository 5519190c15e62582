import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fail } from '@slipway/core';
import { appendEntry, headOf, lockHead } from '../audit/append-entry.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { type Database, firstRow, type Transaction } from '../database/database.ts';
import { migrate } from '../schema/migrate.ts';
import { migrations } from '../schema/migrations.ts';
import { auditEntryOf } from '../store/rows.ts';
import type { Change } from '../types.ts';
import type { BackupEnd, BackupHeader, BackupRow, BackupSummary } from './backup-file.ts';
import { backupTables } from './backup-tables.ts';

/**
 * Restores a backup of either database into either database, which must hold nothing: REGISTRY_NOT_EMPTY. All in one
 * transaction, and only if the file is whole and its audit log is intact: else REGISTRY_CORRUPT, and nothing is there.
 * The restore itself is the next entry of the audit log.
 */
export async function restore(database: Database, file: string, at: string, change: Change): Promise<BackupSummary> {
  const { header } = await readWhole(file);
  // The rows are of the schema that they were saved from; the steps since then are taken with them in place.
  await migrate(database, { create: true, steps: migrations.slice(0, header.schema) });
  await database.write(async (transaction) => {
    await lockHead(transaction, database.dialect);
    await checkEmpty(transaction, database);
    await insertAll(transaction, file);
    await checkIntact(transaction, header, file);
    const head = await headOf(transaction);
    const details = { backupAt: header.at, auditHead: { sequence: head.sequence, hash: head.hash } };
    const deed = { action: 'registry.restore', model: null, subject: 'registry', details } as const;
    await appendEntry(transaction, head, at, change, deed);
  });
  await migrate(database, { create: true });
  const auditHead = await database.read((transaction) => headOf(transaction));
  return { rows: (await readWhole(file)).end.rows, auditHead };
}

/** Reads the file once from end to end before a row of it is used: it may be cut, changed, or something else. */
async function readWhole(file: string): Promise<{ readonly header: BackupHeader; readonly end: BackupEnd }> {
  const hash = createHash('sha256');
  let first: string | undefined;
  let last: string | undefined;
  let lines = 0;
  for await (const line of linesOf(file)) {
    first ??= line;
    if (last !== undefined) hash.update(`${last}\n`);
    last = line;
    lines++;
  }
  const header = parsed(first, file) as Partial<BackupHeader>;
  const end = parsed(last, file) as Partial<BackupEnd>;
  if (header.slipwayBackup === undefined) throw corrupt('The file is no backup of a registry.', file);
  if (end.sha256 !== hash.digest('hex') || end.rows !== lines - 2) {
    throw corrupt('The backup is cut short, or was changed: its last line does not fit the rest.', file);
  }
  const { schema = 0 } = header;
  if (header.slipwayBackup !== 1 || schema > migrations.length) {
    throw fail('REGISTRY_NEWER', {
      message: `The backup is of schema ${schema}; this Slipway knows schema ${migrations.length}.`,
      where: file,
    });
  }
  return { header: header as BackupHeader, end: end as BackupEnd };
}

async function checkEmpty(transaction: Transaction, { where }: Database): Promise<void> {
  const { sequence } = await headOf(transaction);
  const model = await firstRow(transaction, 'SELECT model FROM slipway_models LIMIT 1');
  if (sequence === 0 && model === undefined) return;
  throw fail('REGISTRY_NOT_EMPTY', { message: `The registry holds ${sequence} changes already.`, where });
}

async function insertAll(transaction: Transaction, file: string): Promise<void> {
  const known = new Set(backupTables.map(({ table }) => table));
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    const { table, row } = parsed(line, file) as Partial<BackupRow>;
    // The first and the last line are not of a table.
    if (table === undefined || row === undefined) continue;
    const columns = Object.keys(row);
    if (!known.has(table) || !columns.every((column) => /^[a-z_]+$/.test(column))) {
      throw corrupt('The line is not a row of a registry.', `${file}:${number}`);
    }
    const marks = columns.map(() => '?').join(', ');
    await transaction.all(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, ...Object.values(row));
    if (table === 'slipway_audit') {
      await transaction.all('UPDATE slipway_audit_head SET sequence = ?, hash = ?', row.sequence, row.hash);
    }
  }
}

async function checkIntact(transaction: Transaction, { auditHead }: BackupHeader, file: string): Promise<void> {
  const rows = await transaction.all('SELECT * FROM slipway_audit ORDER BY sequence');
  const verdict = verifyChain(rows.map(auditEntryOf), await headOf(transaction), auditHead);
  if (!verdict.intact) throw corrupt(`The audit log in the backup is not intact: ${verdict.message}`, file);
}

/** Lines end with LF alone: JSON text may hold every other character that some call a line end. */
async function* linesOf(file: string): AsyncIterable<string> {
  const input = createReadStream(file, 'utf8');
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const { message, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw fail('INPUT_NOT_FOUND', { message: `The backup cannot be read: ${message}.`, where: file, cause });
  } finally {
    input.destroy();
  }
  // A line without its end was not written to its end.
  if (rest !== '') throw corrupt('The backup is cut short: its last line has no end.', file);
}

function parsed(line: string | undefined, file: string): object {
  try {
    const value: unknown = JSON.parse(line ?? '');
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // What is not JSON is no line of a backup either.
  }
  throw corrupt('The file is no backup of a registry: a line of it is not a JSON object.', file);
}

function corrupt(message: string, where: string) {
  return fail('REGISTRY_CORRUPT', { message, where, hint: 'Take another backup.' });
}

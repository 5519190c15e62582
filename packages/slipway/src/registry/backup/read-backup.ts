import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fail } from '@slipway/core';
import { verifyChain } from '../audit/verify-chain.ts';
import { migrations } from '../schema/migrations.ts';
import { auditEntryOf } from '../store/rows.ts';
import type { AuditEntry } from '../types.ts';
import type { BackupEnd, BackupHeader, BackupRow } from './backup-file.ts';
import { backupTables } from './backup-tables.ts';

/** A backup that was read from end to end, and is whole. */
export interface WholeBackup {
  readonly file: string;
  readonly header: BackupHeader;
  readonly end: BackupEnd;
}

/**
 * Reads a backup once from end to end before a row of it is used: it may be cut, changed, of a log that is not intact, or
 * something else. Raises INPUT_NOT_FOUND, REGISTRY_CORRUPT, REGISTRY_NEWER.
 */
export async function readWhole(file: string): Promise<WholeBackup> {
  const { log, ...whole } = await readThrough(file);
  checkSchema(whole);
  const verdict = verifyChain(log, whole.header.auditHead);
  if (!verdict.intact) throw corrupt(`The audit log in the backup is not intact: ${verdict.message}`, file);
  return whole;
}

/** Whether the file is as it was written, to its last line; what the audit log in it is worth is another question. */
export async function readThrough(file: string): Promise<WholeBackup & { readonly log: readonly AuditEntry[] }> {
  const hash = createHash('sha256');
  const log: AuditEntry[] = [];
  let first: object | undefined;
  let last = '';
  let lines = 0;
  for await (const line of linesOf(file)) {
    if (lines > 0) hash.update(`${last}\n`);
    last = line;
    lines++;
    const value: Partial<BackupRow> = parsed(line, file);
    first ??= value;
    if (value.table === 'slipway_audit' && value.row !== undefined) log.push(auditEntryOf(value.row));
  }
  const header: Partial<BackupHeader> = first ?? {};
  const end: Partial<BackupEnd> = lines === 0 ? {} : parsed(last, file);
  if (header.slipwayBackup === undefined) throw noBackup(file);
  if (end.sha256 !== hash.digest('hex') || end.rows !== lines - 2) {
    throw corrupt('The backup is cut short, or was changed: its last line does not fit the rest.', file);
  }
  return { file, header: header as BackupHeader, end: end as BackupEnd, log };
}

/** The rows of a whole backup, in the order of their tables. Raises REGISTRY_CORRUPT also where the file changed since. */
export async function* rowsOf({ file, end }: WholeBackup): AsyncIterable<BackupRow> {
  const known = new Set(backupTables.map(({ table }) => table));
  const hash = createHash('sha256');
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    // The first and the last line are not of a table.
    if (number === end.rows + 2) break;
    hash.update(`${line}\n`);
    if (number === 1) continue;
    const { table, row }: Partial<BackupRow> = parsed(line, file);
    if (table === undefined || row === undefined || !known.has(table) || !Object.keys(row).every(isColumn)) {
      throw corrupt('The line is not a row of a registry.', `${file}:${number}`);
    }
    yield { table, row };
  }
  if (hash.digest('hex') !== end.sha256) throw corrupt('The backup changed while it was read.', file);
}

function isColumn(name: string): boolean {
  return /^[a-z_]+$/.test(name);
}

function checkSchema({ file, header: { slipwayBackup, schema } }: WholeBackup): void {
  if (slipwayBackup === 1 && schema <= migrations.length) return;
  throw fail('REGISTRY_NEWER', {
    message: `The backup is of schema ${schema}; this Slipway knows schema ${migrations.length}.`,
    where: file,
  });
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

function parsed(line: string, file: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // What is not JSON is no line of a backup either.
  }
  throw noBackup(file);
}

function noBackup(where: string) {
  return fail('REGISTRY_CORRUPT', {
    message: 'The file is no backup of a registry.',
    where,
    hint: 'Check the path: a backup is a file that `slipway backup` wrote.',
  });
}

function corrupt(message: string, where: string) {
  return fail('REGISTRY_CORRUPT', { message, where, hint: 'Take another backup.' });
}

import { fail } from '@slipway/core';
import { type Cell, firstRow, type Transaction } from '../database/database.ts';
import type { AuditAction, AuditEntry, AuditHead, Change, Json } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';
import { entryHash } from './entry-hash.ts';

/** What a change adds to what it says of itself. */
export interface Deed {
  readonly action: AuditAction;
  readonly model: string | null;
  readonly subject: string;
  readonly details: Json;
}

/** Reads the end of the log and keeps every other writer waiting until this transaction ends. */
export async function lockHead(transaction: Transaction, dialect: 'sqlite' | 'postgres'): Promise<AuditHead> {
  // In SQLite the transaction itself is the lock.
  return headOf(transaction, dialect === 'postgres' ? ' FOR UPDATE' : '');
}

export async function headOf(transaction: Transaction, lock = ''): Promise<AuditHead> {
  const row = await firstRow(transaction, `SELECT sequence, hash FROM slipway_audit_head${lock}`);
  if (row === undefined)
    throw fail('REGISTRY_CORRUPT', { message: 'The end of the audit log is not known: its row is missing.' });
  return { sequence: Number(row.sequence), hash: String(row.hash) };
}

/** Appends one entry after `head`, and answers it: the new head. */
export async function appendEntry(
  transaction: Transaction,
  head: AuditHead,
  at: string,
  { by, why, evidence }: Change,
  { action, model, subject, details }: Deed,
): Promise<AuditEntry> {
  const unhashed = {
    ...{ sequence: head.sequence + 1, at, by, action, model, subject },
    ...{ why: why ?? null, evidence: evidence ?? null, details, previousHash: head.hash },
  };
  const entry = { ...unhashed, hash: entryHash(unhashed) };
  await insertEntry(transaction, entry);
  return entry;
}

/** Writes an entry as it is, and moves the head to it. */
async function insertEntry(transaction: Transaction, entry: AuditEntry): Promise<void> {
  const { sequence, at, by, action, model, subject, why, evidence, details, previousHash, hash } = entry;
  const cells: Cell[] = [
    ...[sequence, at, by.kind, by.id, action, model, subject, why],
    ...[canonicalJson(evidence), canonicalJson(details), previousHash, hash],
  ];
  await transaction.all(
    `INSERT INTO slipway_audit
      (sequence, at, by_kind, by_id, action, model, subject, why, evidence, details, previous_hash, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...cells,
  );
  await transaction.all('UPDATE slipway_audit_head SET sequence = ?, hash = ?', sequence, hash);
}

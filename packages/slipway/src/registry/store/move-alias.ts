import { fail } from '@slipway/core';
import { instantText } from '../../system/wording.ts';
import { firstRow, type Transaction } from '../database/database.ts';
import type { Actor, AuditAction, Change, Move } from '../types.ts';
import { documentText } from './check-input.ts';
import { closeOvertaken } from './overtaken.ts';
import { moveOf } from './rows.ts';
import type { Writing } from './store.ts';

/** An alias as the next move finds it; revision 0 where it never was. */
export interface CurrentAlias {
  readonly model: string;
  readonly alias: string;
  readonly version: string | null;
  readonly previous: string | null;
  readonly revision: number;
}

export interface MoveRequest {
  readonly kind: Move['kind'];
  readonly to: string | null;
  /** Where a rollback after this move would lead. */
  readonly previous: string | null;
  readonly change: Change;
  /** Where a second person had to agree: who asked. The change is then the second person's. */
  readonly approval?: { readonly id: string; readonly requestedBy: Actor };
}

const actions: Readonly<Record<Move['kind'], AuditAction>> = {
  promote: 'alias.promote',
  rollback: 'alias.rollback',
  remove: 'alias.remove',
};

export async function currentAlias(transaction: Transaction, model: string, alias: string): Promise<CurrentAlias> {
  const row = await firstRow(transaction, 'SELECT * FROM slipway_aliases WHERE model = ? AND alias = ?', model, alias);
  const text = (cell: unknown) => (typeof cell === 'string' ? cell : null);
  return {
    model,
    alias,
    version: text(row?.version),
    previous: text(row?.previous),
    revision: Number(row?.revision ?? 0),
  };
}

/** Raises REGISTRY_CONFLICT, with the move that came in between, unless the alias is as the caller saw it. */
export async function checkExpected(
  transaction: Transaction,
  { model, alias, version, revision }: CurrentAlias,
  expected: number | undefined,
): Promise<void> {
  if (expected === undefined || expected === revision) return;
  const sql = 'SELECT * FROM slipway_moves WHERE model = ? AND alias = ? AND revision = ?';
  const row = await firstRow(transaction, sql, model, alias, revision);
  const move = row === undefined ? null : moveOf(row);
  const happened =
    move === null
      ? `${model}@${alias} was never moved`
      : `${model}@${alias} was moved from ${move.from ?? 'nothing'} to ${version ?? 'nothing'} by ${move.by.id} at ${instantText(move.at)}`;
  throw fail('REGISTRY_CONFLICT', {
    message: `${happened} (revision ${revision}); this change saw revision ${expected}.`,
    where: `${model}@${alias}`,
    details: { expected, revision, move },
  });
}

/** Moves the alias, with its history and its audit entry, and closes the requests that it overtakes. */
export async function moveAlias(writing: Writing, current: CurrentAlias, request: MoveRequest): Promise<Move> {
  const { transaction, now } = writing;
  const { model, alias, version: from } = current;
  const { kind, to, previous, change, approval } = request;
  const revision = current.revision + 1;
  const by = approval?.requestedBy ?? change.by;
  const asked = approval === undefined ? {} : { approval: approval.id, requestedBy: { kind: by.kind, id: by.id } };
  const auditSequence = await writing.append(change, {
    action: actions[kind],
    model,
    subject: `${model}@${alias}`,
    details: { from, to, revision, ...asked },
  });
  await transaction.all(
    `INSERT INTO slipway_aliases (model, alias, version, previous, revision, moved_at, by_kind, by_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version, previous = excluded.previous,
       revision = excluded.revision, moved_at = excluded.moved_at, by_kind = excluded.by_kind, by_id = excluded.by_id`,
    ...[model, alias, to, previous, revision, now, by.kind, by.id],
  );
  const why = change.why ?? null;
  const evidence = change.evidence ?? null;
  await transaction.all(
    `INSERT INTO slipway_moves
      (model, alias, revision, kind, from_version, to_version, at, by_kind, by_id, why, evidence, approval, audit_sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[model, alias, revision, kind, from, to, now, by.kind, by.id, why],
    ...[documentText('evidence', evidence), approval?.id ?? null, auditSequence],
  );
  await closeOvertaken(writing, { model, alias, revision, from, to }, change);
  return {
    model,
    alias,
    revision,
    kind,
    from,
    to,
    at: now,
    by,
    why,
    evidence,
    approval: approval?.id ?? null,
    auditSequence,
  };
}

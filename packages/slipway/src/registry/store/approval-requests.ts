import { firstRow, type Transaction } from '../database/database.ts';
import type { Approval, ApprovalAction, Change, Requested } from '../types.ts';
import { documentText } from './check-input.ts';
import { approvalOf } from './rows.ts';
import type { Writing } from './store.ts';

/** How long a request may wait for its second person. */
const approvalMsMax = 7 * 24 * 60 * 60 * 1000;

export interface ApprovalRequest {
  readonly model: string;
  readonly action: ApprovalAction;
  readonly revision: number;
  readonly change: Change;
}

/** Whether the setting of the model wants a second person before `production` moves. */
export async function asksForApproval(transaction: Transaction, model: string): Promise<boolean> {
  const row = await firstRow(transaction, 'SELECT approve FROM slipway_models WHERE model = ?', model);
  return row?.approve === 1;
}

/** Writes the request down, or answers the one that waits already for the same. */
export async function requestApproval(writing: Writing, request: ApprovalRequest): Promise<Requested> {
  const { transaction, now } = writing;
  const { model, action, revision, change } = request;
  const text = documentText('action', action);
  const open = await firstRow(
    transaction,
    "SELECT * FROM slipway_approvals WHERE model = ? AND action = ? AND revision = ? AND state = 'open' AND expires_at > ?",
    ...[model, text, revision, now],
  );
  if (open !== undefined) return { approval: approvalOf(open, now), isAskedAlready: true };
  const version = action.kind === 'promote' ? action.version : null;
  const expiresAt = new Date(Date.parse(now) + approvalMsMax).toISOString();
  const subject = action.kind === 'promote' ? `${model}@${action.alias}` : model;
  const details = { action, revision, expiresAt };
  const sequence = await writing.append(change, { action: 'approval.request', model, subject, details });
  // Short enough to be told over the telephone, and never used twice.
  const id = `a${sequence}`;
  await transaction.all(
    `INSERT INTO slipway_approvals (id, model, version, action, revision, state, requested_at, by_kind, by_id, why,
       evidence, expires_at, audit_sequence)
     VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, model, version, text, revision, now, change.by.kind, change.by.id, change.why ?? null],
    ...[documentText('evidence', change.evidence ?? null), expiresAt, sequence],
  );
  const approval: Approval = {
    ...{ id, model, action, revision, state: 'open', requestedAt: now, requestedBy: change.by },
    ...{ why: change.why ?? null, evidence: change.evidence ?? null, expiresAt, decidedAt: null, decidedBy: null },
  };
  return { approval, isAskedAlready: false };
}

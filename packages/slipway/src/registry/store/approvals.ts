import { fail } from '@slipway/core';
import { instantText } from '../../system/wording.ts';
import { firstRow } from '../database/database.ts';
import type { Approvals } from '../ports.ts';
import type { Approval, Change, Requested } from '../types.ts';
import { asksForApproval, requestApproval } from './approval-requests.ts';
import { checkChange } from './check-input.ts';
import { checkExpected, currentAlias, moveAlias } from './move-alias.ts';
import { approvalOf } from './rows.ts';
import type { Store, Writing } from './store.ts';
import { versionIn } from './versions.ts';

export function createApprovals(store: Store): Approvals {
  return {
    async setApprove(model, approve, change) {
      checkChange(change);
      return store.change((writing) => settingChanged(writing, model, approve, change));
    },
    async approvals({ model, all = false } = {}) {
      const now = store.now();
      const conditions = [
        ...(model === undefined ? [] : ['model = ?']),
        ...(all ? [] : ["state = 'open'", 'expires_at > ?']),
      ];
      const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
      const parameters = [...(model === undefined ? [] : [model]), ...(all ? [] : [now])];
      const sql = `SELECT * FROM slipway_approvals ${where} ORDER BY audit_sequence DESC`;
      const rows = await store.read((transaction) => transaction.all(sql, ...parameters));
      return rows.map((row) => approvalOf(row, now));
    },
    async approve(id, change) {
      checkChange(change);
      return store.change(async (writing) => {
        const approval = await openApproval(writing, id);
        const { requestedBy } = approval;
        if (requestedBy.kind === change.by.kind && requestedBy.id === change.by.id) {
          const message = `${change.by.id} asked for the approval ${id}, so somebody else must give it.`;
          throw fail('APPROVAL_SELF', { message, details: { requestedBy } });
        }
        const decided = await decide(writing, approval, 'approved', change);
        await carryOut(writing, approval, change);
        return decided;
      });
    },
    async reject(id, change) {
      checkChange(change);
      return store.change(async (writing) => decide(writing, await openApproval(writing, id), 'rejected', change));
    },
  };
}

async function settingChanged(
  writing: Writing,
  model: string,
  approve: boolean,
  change: Change,
): Promise<Requested | null> {
  const { transaction } = writing;
  const known = await firstRow(transaction, 'SELECT model FROM slipway_models WHERE model = ?', model);
  if (known === undefined) {
    throw fail('VERSION_NOT_FOUND', { message: `There is no model ${model} in the registry.`, where: model });
  }
  if ((await asksForApproval(transaction, model)) === approve) return null;
  // Else one person could turn it off, promote, and turn it on again.
  if (!approve) return requestApproval(writing, { model, action: { kind: 'settings', approve }, revision: 0, change });
  await writeSetting(writing, model, approve, change);
  return null;
}

async function openApproval(writing: Writing, id: string): Promise<Approval> {
  const row = await firstRow(writing.transaction, 'SELECT * FROM slipway_approvals WHERE id = ?', id);
  if (row === undefined) throw fail('APPROVAL_NOT_FOUND', { message: `There is no approval ${id}.` });
  const approval = approvalOf(row, writing.now);
  if (approval.state === 'open') return approval;
  throw closed(approval);
}

/** What was asked for, and what became of it, by whom and when. */
function closed({ id, model, action, requestedBy, state, expiresAt, decidedAt, decidedBy }: Approval) {
  const asked = action.kind === 'promote' ? `${model}@${action.alias} → ${action.version}` : `no approval for ${model}`;
  const became =
    state === 'expired'
      ? `expired at ${instantText(expiresAt)}`
      : state === 'overtaken'
        ? `was overtaken: ${decidedBy?.id} moved the alias at ${instantText(decidedAt)}`
        : `was ${state} by ${decidedBy?.id} at ${instantText(decidedAt)}`;
  return fail('APPROVAL_CLOSED', {
    message: `The request ${id} of ${requestedBy.id} (${asked}) ${became}.`,
    where: id,
    hint: state === 'approved' ? 'Nothing is left to do.' : 'If it is still wanted, ask anew.',
    details: { state, decidedBy, decidedAt },
  });
}

async function decide(
  writing: Writing,
  approval: Approval,
  state: 'approved' | 'rejected',
  change: Change,
): Promise<Approval> {
  const { id, model, action, requestedBy } = approval;
  const { kind, id: by } = requestedBy;
  await writing.append(change, {
    action: state === 'approved' ? 'approval.approve' : 'approval.reject',
    model,
    subject: `approval/${id}`,
    details: { action, requestedBy: { kind, id: by } },
  });
  await writing.transaction.all(
    'UPDATE slipway_approvals SET state = ?, decided_at = ?, decided_by_kind = ?, decided_by_id = ? WHERE id = ?',
    ...[state, writing.now, change.by.kind, change.by.id, id],
  );
  return { ...approval, state, decidedAt: writing.now, decidedBy: change.by };
}

/** The move has the reason and the evidence of whoever asked, and the approval leads to the second person. */
async function carryOut(writing: Writing, approval: Approval, { by }: Change): Promise<void> {
  const { id, model, action, revision, requestedBy, why, evidence } = approval;
  const change: Change = { by, why: why ?? undefined, evidence };
  if (action.kind === 'settings') return writeSetting(writing, model, action.approve, change);
  await versionIn(writing.transaction, model, action.version);
  const current = await currentAlias(writing.transaction, model, action.alias);
  await checkExpected(writing.transaction, current, revision);
  await moveAlias(writing, current, {
    ...{ kind: 'promote', to: action.version, previous: current.version, change },
    approval: { id, requestedBy },
  });
}

async function writeSetting(writing: Writing, model: string, approve: boolean, change: Change): Promise<void> {
  await writing.append(change, { action: 'model.settings', model, subject: model, details: { approve } });
  await writing.transaction.all('UPDATE slipway_models SET approve = ? WHERE model = ?', approve ? 1 : 0, model);
}

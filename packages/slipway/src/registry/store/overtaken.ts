import type { Change, Move } from '../types.ts';
import { approvalOf } from './rows.ts';
import type { Writing } from './store.ts';

/**
 * Closes the open requests to move an alias that just moved otherwise: each was asked for in sight of another state, and
 * carrying it out would overrun the move. Whoever moved the alias stands as the one who decided; the log has an entry each.
 */
export async function closeOvertaken(
  { transaction, now, append }: Writing,
  { model, alias, revision, from, to }: Pick<Move, 'model' | 'alias' | 'revision' | 'from' | 'to'>,
  { by }: Change,
): Promise<void> {
  const open = await transaction.all(
    "SELECT * FROM slipway_approvals WHERE model = ? AND state = 'open' ORDER BY audit_sequence",
    model,
  );
  for (const { id, action, requestedBy, state } of open.map((row) => approvalOf(row, now))) {
    if (action.kind !== 'promote' || action.alias !== alias) continue;
    if (state === 'expired') {
      // Else it would be open again behind the move, if this clock is ahead and is set right.
      await transaction.all("UPDATE slipway_approvals SET state = 'expired' WHERE id = ?", id);
      continue;
    }
    const { kind, id: who } = requestedBy;
    const details = { action, requestedBy: { kind, id: who }, move: { from, to, revision } };
    await append({ by }, { action: 'approval.overtake', model, subject: `approval/${id}`, details });
    await transaction.all(
      "UPDATE slipway_approvals SET state = 'overtaken', decided_at = ?, decided_by_kind = ?, decided_by_id = ? WHERE id = ?",
      ...[now, by.kind, by.id, id],
    );
  }
}

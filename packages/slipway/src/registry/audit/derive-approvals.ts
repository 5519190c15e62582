import type { AuditEntry } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';
import { actorCell } from './derive-versions.ts';
import { cellOf, type DerivedState, detailsOf, membersOf, rowKey, says } from './state-rows.ts';

const states: Readonly<Partial<Record<AuditEntry['action'], string>>> = {
  'approval.approve': 'approved',
  'approval.reject': 'rejected',
  'approval.overtake': 'overtaken',
};

/** Requests and what became of them. That one expired is in no entry: it follows from its time. */
export function derivedApproval(state: DerivedState, entry: AuditEntry): void {
  const { action, subject, at, by } = entry;
  const isRequest = action === 'approval.request';
  const id = isRequest ? `a${entry.sequence}` : subject.slice('approval/'.length);
  const key = rowKey('slipway_approvals', id);
  const what = `the request ${id}`;
  if (isRequest) requested(state, entry, key, what);
  says(state, entry, key, what, {
    state: [`the state of ${what}`, states[action] ?? 'open'],
    decided_at: [`the time of the decision on ${what}`, isRequest ? null : at],
    decided_by: [`who decided on ${what}`, isRequest ? null : actorCell(by)],
  });
}

function requested(state: DerivedState, entry: AuditEntry, key: string, what: string): void {
  const { at, by, model, why, evidence, sequence } = entry;
  const { action, revision, expiresAt } = detailsOf(entry);
  says(state, entry, key, what, {
    model: [`the model of ${what}`, model],
    version: [`the version of ${what}`, cellOf(membersOf(action).version) ?? null],
    action: [`what ${what} asks for`, action === undefined ? undefined : canonicalJson(action)],
    revision: [`the move that ${what} saw`, cellOf(revision)],
    requested_at: [`the time of ${what}`, at],
    by: [`who made ${what}`, actorCell(by)],
    why: [`the reason of ${what}`, why],
    evidence: [`the evidence of ${what}`, canonicalJson(evidence)],
    expires_at: [`the end of ${what}`, cellOf(expiresAt)],
    audit_sequence: [`the entry of ${what}`, sequence],
  });
}

import type { AuditAction, AuditEntry } from '../types.ts';
import { derivedApproval } from './derive-approvals.ts';
import { derivedKey, derivedRecord } from './derive-keys-and-records.ts';
import { createAliasRule, createVersionRule } from './derive-versions.ts';
import type { DerivedState, Rule } from './state-rows.ts';

/** What the tables must hold after these entries, from the first one on: a pure replay of the whole log. */
export function deriveState(entries: readonly AuditEntry[]): DerivedState {
  const state: DerivedState = new Map();
  const rules = createRules();
  for (const entry of entries) rules[entry.action]?.(state, entry);
  return state;
}

/** Closed: a new action does not compile before it is said what it does to the tables. */
function createRules(): Readonly<Record<AuditAction, Rule>> {
  const nothing: Rule = () => {};
  const left = new Map<string, Set<string>>();
  const version = createVersionRule(left);
  const alias = createAliasRule(left);
  return {
    'version.push': version,
    'version.delete': version,
    'model.settings': version,
    'alias.promote': alias,
    'alias.rollback': alias,
    'alias.remove': alias,
    'approval.request': derivedApproval,
    'approval.approve': derivedApproval,
    'approval.reject': derivedApproval,
    'approval.overtake': derivedApproval,
    'record.put': derivedRecord,
    'record.delete': derivedRecord,
    'key.create': derivedKey,
    'key.revoke': derivedKey,
    'artifacts.collect': nothing,
    'registry.restore': nothing,
  };
}

import type { ApprovalAction, AuditEntry } from '../../registry/types.ts';
import { instantText } from '../../system/wording.ts';
import { labelledLines } from '../lines.ts';
import { actorText } from '../registry-command.ts';
import type { Style } from '../style.ts';
import { actionText } from './approvals.ts';

/** What the entry says of the change, in a few words: `1.0.0 → 1.1.0`. Empty where action and subject say all. */
export function changeText({ action, details, subject, evidence }: AuditEntry): string {
  const { from, to, approval, requestedBy, action: asked, approve, scopes, name, backupAt } = detailsOf(details);
  if (action.startsWith('alias.')) {
    const agreed = approval === undefined ? '' : ` (${approval}${ofActor(requestedBy)})`;
    return `${text(from) ?? 'nothing'} → ${text(to) ?? 'nothing'}${agreed}`;
  }
  if (action.startsWith('approval.')) return `${askedText(asked)}${ofActor(requestedBy)}`;
  if (action === 'model.settings') return approve === true ? 'a second person must agree' : 'no second person any more';
  if (action === 'key.create') return `${text(name)}: ${Array.isArray(scopes) ? scopes.join(', ') : ''}`;
  if (action === 'key.revoke') return text(name) ?? '';
  if (action === 'record.put' && subject.startsWith('fallback/')) return text(detailsOf(evidence).fallback) ?? '';
  if (action === 'registry.restore') return `backup of ${instantText(text(backupAt) ?? '')}`;
  return '';
}

/** One entry in full. */
export function entryText(entry: AuditEntry, style: Style): string {
  const { sequence, at, by, action, subject, why, evidence, details, previousHash, hash } = entry;
  const change = changeText(entry);
  const lines: [string, string][] = [
    ['what', action],
    ['subject', subject],
    ...(change === '' ? [] : [['change', change] as [string, string]]),
    ['by', actorText(by)],
    ['at', instantText(at)],
    ['why', why?.replace(/\s+/g, ' ') ?? '-'],
    ['evidence', evidence === null ? '-' : JSON.stringify(evidence)],
    ...detailLines(details),
    ['hash', hash],
    ['before', previousHash],
  ];
  return `${style.bold(`audit/${sequence}`)}\n${labelledLines(lines)}`;
}

/** A line for each detail; nested ones as JSON. */
function detailLines(details: unknown): [string, string][] {
  return Object.entries(detailsOf(details)).map(([name, value], index): [string, string] => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return [index === 0 ? 'details' : '', `${name}: ${shown}`];
  });
}

function detailsOf(details: unknown): Readonly<Record<string, unknown>> {
  return typeof details === 'object' && details !== null ? (details as Readonly<Record<string, unknown>>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function askedText(action: unknown): string {
  return typeof action === 'object' && action !== null ? actionText({ action: action as ApprovalAction }) : '';
}

function ofActor(actor: unknown): string {
  const { kind, id } = detailsOf(actor);
  return typeof id !== 'string' ? '' : `, asked by ${kind === 'person' ? id : `${kind} ${id}`}`;
}

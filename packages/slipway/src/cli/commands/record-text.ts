import type { Approval, RegistryRecord } from '../../registry/types.ts';
import { instantText } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { labelledLines } from '../lines.ts';
import { actorText } from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { actionText, stateText } from './approvals.ts';
import { documentText, isRun } from './document-text.ts';

/** A request for approval in full, and what to do with an open one. */
export function approvalText(approval: Approval, style: Style): string {
  const { id, model, state, requestedBy, requestedAt, why, evidence, decidedAt } = approval;
  const lines = labelledLines([
    ['asks for', actionText(approval)],
    ['asked by', actorText(requestedBy)],
    ['at', instantText(requestedAt)],
    ['why', why?.replace(/\s+/g, ' ') ?? '-'],
    ['evidence', evidence === null ? '-' : JSON.stringify(evidence)],
    ['state', `${stateText(approval)}${decidedAt === null ? '' : ` at ${instantText(decidedAt)}`}`],
  ]);
  const next =
    state === 'open' ? `\n  slipway approve ${id}            agree\n  slipway approve ${id} --reject   say no\n` : '';
  return `${style.bold(`approval ${id}`)} of ${style.bold(model)}\n${lines}${next}`;
}

/** A record of the registry: a run as \`slipway batch\` prints it, another with what is known of it and its body. */
export function recordText(record: RegistryRecord, io: Io): string {
  const { kind, id, model, version, body, revision, createdAt, updatedAt, by } = record;
  if (isRun(body)) return documentText(body, io);
  const about = model === null ? '-' : version === null ? model : `${model}@${version}`;
  const lines = labelledLines([
    ['about', about],
    ['written', `${instantText(createdAt)} by ${actorText(by)}`],
    ...(revision === 1 ? [] : [['changed', `${instantText(updatedAt)}, revision ${revision}`] as const]),
  ]);
  return `${styleFor(io.stdout, io.env).bold(`${kind}/${id}`)}\n${lines}\n${documentText(body, io)}`;
}

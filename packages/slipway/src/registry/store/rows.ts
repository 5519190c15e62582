import type { Row } from '../database/database.ts';
import type {
  Actor,
  Alias,
  Approval,
  ApprovalAction,
  AuditEntry,
  Json,
  KeyRecord,
  Move,
  RegistryRecord,
  Version,
} from '../types.ts';

// Rows were written by this program, so their columns are what the schema says; what a person changed by hand shows in
// the audit log.

export function versionOf(row: Row): Version {
  return {
    model: text(row.model),
    version: text(row.version),
    artifact: text(row.artifact),
    launch: text(row.launch),
    reference: textOrNull(row.reference),
    golden: textOrNull(row.golden),
    proof: textOrNull(row.proof),
    createdAt: text(row.created_at),
    by: actorOf(row),
    ordinal: Number(row.ordinal),
  };
}

/** Of a row whose alias is there: its version is not null. */
export function aliasOf(row: Row): Alias {
  return {
    model: text(row.model),
    alias: text(row.alias),
    version: text(row.version),
    previous: textOrNull(row.previous),
    revision: Number(row.revision),
    movedAt: text(row.moved_at),
    by: actorOf(row),
  };
}

export function moveOf(row: Row): Move {
  return {
    model: text(row.model),
    alias: text(row.alias),
    revision: Number(row.revision),
    kind: text(row.kind) as Move['kind'],
    from: textOrNull(row.from_version),
    to: textOrNull(row.to_version),
    at: text(row.at),
    by: actorOf(row),
    why: textOrNull(row.why),
    evidence: jsonOf(row.evidence),
    approval: textOrNull(row.approval),
    auditSequence: Number(row.audit_sequence),
  };
}

/** `now` decides whether an open one has expired. */
export function approvalOf(row: Row, now: string): Approval {
  const state = text(row.state) as Approval['state'];
  return {
    id: text(row.id),
    model: text(row.model),
    action: jsonOf(row.action) as unknown as ApprovalAction,
    revision: Number(row.revision),
    state: state === 'open' && text(row.expires_at) <= now ? 'expired' : state,
    requestedAt: text(row.requested_at),
    requestedBy: actorOf(row),
    why: textOrNull(row.why),
    evidence: jsonOf(row.evidence),
    expiresAt: text(row.expires_at),
    decidedAt: textOrNull(row.decided_at),
    decidedBy:
      row.decided_by_id === null
        ? null
        : { kind: text(row.decided_by_kind) as Actor['kind'], id: text(row.decided_by_id) },
  };
}

export function recordOf(row: Row): RegistryRecord {
  return {
    kind: text(row.kind),
    id: text(row.id),
    model: textOrNull(row.model),
    version: textOrNull(row.version),
    body: jsonOf(row.body),
    revision: Number(row.revision),
    ordinal: Number(row.ordinal),
    createdAt: text(row.created_at),
    updatedAt: text(row.updated_at),
    by: actorOf(row),
  };
}

export function auditEntryOf(row: Row): AuditEntry {
  return {
    sequence: Number(row.sequence),
    at: text(row.at),
    by: actorOf(row),
    action: text(row.action) as AuditEntry['action'],
    model: textOrNull(row.model),
    subject: text(row.subject),
    why: textOrNull(row.why),
    evidence: jsonOf(row.evidence),
    details: jsonOf(row.details),
    previousHash: text(row.previous_hash),
    hash: text(row.hash),
  };
}

export function keyOf(row: Row): KeyRecord {
  return {
    id: text(row.id),
    name: text(row.name),
    secretDigest: text(row.secret_digest),
    lastFour: textOrNull(row.last_four),
    scopes: jsonOf(row.scopes) as readonly string[],
    ratePerSecond: row.rate_per_second === null ? null : Number(row.rate_per_second),
    createdAt: text(row.created_at),
    expiresAt: textOrNull(row.expires_at),
    revokedAt: textOrNull(row.revoked_at),
    by: actorOf(row),
  };
}

function actorOf(row: Row): Actor {
  return { kind: text(row.by_kind) as Actor['kind'], id: text(row.by_id) };
}

function text(cell: unknown): string {
  return String(cell);
}

function textOrNull(cell: unknown): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

/** A document that was edited into something else than JSON is still shown, and found by its hash. */
function jsonOf(cell: unknown): Json {
  try {
    return JSON.parse(String(cell)) as Json;
  } catch {
    return String(cell);
  }
}

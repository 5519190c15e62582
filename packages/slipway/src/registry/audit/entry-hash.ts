import { createHash } from 'node:crypto';
import type { AuditEntry } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';

/** What the first entry has in the place of the hash before it. */
export const noHash = '0'.repeat(64);

/** SHA-256 over the canonical JSON of everything else in the entry, the hash of the entry before among it. */
export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { sequence, at, by, action, model, subject, why, evidence, details, previousHash } = entry;
  const { kind, id } = by;
  const hashed = { sequence, at, by: { kind, id }, action, model, subject, why, evidence, details, previousHash };
  return createHash('sha256').update(canonicalJson(hashed)).digest('hex');
}

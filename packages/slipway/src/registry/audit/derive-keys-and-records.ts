import type { AuditEntry } from '../types.ts';
import { canonicalJson } from './canonical-json.ts';
import { actorCell } from './derive-versions.ts';
import { cellOf, type DerivedState, detailsOf, rowKey, says } from './state-rows.ts';

/** API keys: what each may do, how often, and until when. */
export function derivedKey(state: DerivedState, entry: AuditEntry): void {
  const { action, subject, at, by } = entry;
  const id = subject.slice('key/'.length);
  const key = rowKey('slipway_keys', id);
  const what = `the key ${id}`;
  if (action === 'key.revoke') {
    says(state, entry, key, what, { revoked_at: [`the revocation of ${what}`, at] });
    return;
  }
  const { name, lastFour, secretFingerprint, scopes, ratePerSecond, expiresAt } = detailsOf(entry);
  says(state, entry, key, what, {
    name: [`the name of ${what}`, cellOf(name)],
    last_four: [`the last four characters of ${what}`, cellOf(lastFour)],
    secret: [`the secret of ${what}`, cellOf(secretFingerprint)],
    scopes: [`the scopes of ${what}`, scopes === undefined ? undefined : canonicalJson(scopes)],
    rate_per_second: [`the rate of ${what}`, cellOf(ratePerSecond)],
    created_at: [`the making of ${what}`, at],
    expires_at: [`the expiry of ${what}`, cellOf(expiresAt)],
    revoked_at: [`the revocation of ${what}`, null],
    by: [`who made ${what}`, actorCell(by)],
  });
}

/** Documents, each by the digest of its text. */
export function derivedRecord(state: DerivedState, entry: AuditEntry): void {
  const { action, subject, at, by, model, sequence } = entry;
  const slash = subject.indexOf('/');
  const key = rowKey('slipway_records', subject.slice(0, slash), subject.slice(slash + 1));
  if (action === 'record.delete') {
    state.delete(key);
    return;
  }
  const what = `the record ${subject}`;
  const { revision, digest, version } = detailsOf(entry);
  if (!state.has(key)) {
    says(state, entry, key, what, {
      ordinal: [`the place of ${what}`, sequence],
      created_at: [`the making of ${what}`, at],
    });
  }
  says(state, entry, key, what, {
    model: [`the model of ${what}`, model],
    version: [`the version of ${what}`, cellOf(version)],
    body: [`the content of ${what}`, cellOf(digest)],
    revision: [`the number of changes of ${what}`, cellOf(revision)],
    updated_at: [`the last change of ${what}`, at],
    by: [`who wrote ${what}`, actorCell(by)],
  });
}

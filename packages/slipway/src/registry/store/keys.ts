import { fail } from '@slipway/core';
import { secretFingerprint } from '../audit/secret-fingerprint.ts';
import { firstRow } from '../database/database.ts';
import type { Keys } from '../ports.ts';
import { checkChange, documentText } from './check-input.ts';
import { checkKey } from './check-key.ts';
import { keyOf } from './rows.ts';
import type { Store } from './store.ts';

export function createKeys(store: Store): Keys {
  return {
    async addKey(key, change) {
      const { id, name, secretDigest, lastFour = null, scopes, ratePerSecond, expiresAt } = key;
      checkChange(change);
      return store.change(async (writing) => {
        const { transaction, now } = writing;
        checkKey(key, now);
        const sql = 'SELECT id FROM slipway_keys WHERE id = ? OR secret_digest = ?';
        if ((await firstRow(transaction, sql, id, secretDigest)) !== undefined) {
          throw fail('REGISTRY_CONFLICT', {
            message: `There is an API key ${id}, or one of the same secret, already.`,
          });
        }
        const fingerprint = secretFingerprint(secretDigest);
        const details = { name, lastFour, secretFingerprint: fingerprint, scopes, ratePerSecond, expiresAt };
        await writing.append(change, { action: 'key.create', model: null, subject: `key/${id}`, details });
        const { by } = change;
        await transaction.all(
          `INSERT INTO slipway_keys
            (id, name, secret_digest, last_four, scopes, rate_per_second, created_at, expires_at, revoked_at, by_kind, by_id)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)`,
          ...[
            id,
            name,
            secretDigest,
            lastFour,
            documentText('scopes', scopes),
            ratePerSecond,
            now,
            expiresAt,
            by.kind,
            by.id,
          ],
        );
        return { ...key, lastFour, createdAt: now, revokedAt: null, by };
      });
    },
    async keyBySecret(secretDigest) {
      const sql = 'SELECT * FROM slipway_keys WHERE secret_digest = ?';
      const row = await store.read((transaction) => firstRow(transaction, sql, secretDigest));
      return row === undefined ? null : keyOf(row);
    },
    async keys() {
      const rows = await store.read((transaction) =>
        transaction.all('SELECT * FROM slipway_keys ORDER BY created_at, id'),
      );
      return rows.map(keyOf);
    },
    async revokeKey(id, change) {
      checkChange(change);
      return store.change(async (writing) => {
        const { transaction, now } = writing;
        const row = await firstRow(transaction, 'SELECT * FROM slipway_keys WHERE id = ?', id);
        if (row === undefined) throw fail('KEY_NOT_FOUND', { message: `There is no API key ${id}.` });
        const key = keyOf(row);
        if (key.revokedAt !== null) return key;
        await writing.append(change, {
          action: 'key.revoke',
          model: null,
          subject: `key/${id}`,
          details: { name: key.name },
        });
        await transaction.all('UPDATE slipway_keys SET revoked_at = ? WHERE id = ?', now, id);
        return { ...key, revokedAt: now };
      });
    },
  };
}

import { createHash } from 'node:crypto';
import { fail } from '@slipway/core';
import { instantText } from '../../system/wording.ts';
import { type Cell, firstRow, type Row, type Transaction } from '../database/database.ts';
import type { Records } from '../ports.ts';
import type { RecordRequest } from '../types.ts';
import { checkChange, checkName, documentText } from './check-input.ts';
import { recordOf } from './rows.ts';
import type { Store } from './store.ts';
import { versionIn } from './versions.ts';

const pageRecords = 100;

export function createRecords(store: Store): Records {
  return {
    async putRecord(kind, id, body, request) {
      checkName('kind', kind);
      checkName('id', id);
      checkChange(request);
      const text = documentText('record', body);
      const { model = null, version = null, by } = request;
      return store.change(async (writing) => {
        const { transaction, now } = writing;
        const row = await recordRow(transaction, kind, id);
        checkSeen(`${kind}/${id}`, row, request);
        if (row?.body === text && row.model === model && row.version === version) return recordOf(row);
        if (model !== null && version !== null) await versionIn(transaction, model, version);
        const revision = Number(row?.revision ?? 0) + 1;
        const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
        const details = { revision, digest, version };
        const sequence = await writing.append(request, {
          action: 'record.put',
          model,
          subject: `${kind}/${id}`,
          details,
        });
        const cells: Cell[] = [kind, id, model, version, text, revision, sequence, now, now, by.kind, by.id];
        await transaction.all(upsert, ...cells);
        return recordOf((await recordRow(transaction, kind, id)) as Row);
      });
    },
    async record(kind, id) {
      const row = await store.read((transaction) => recordRow(transaction, kind, id));
      return row === undefined ? null : recordOf(row);
    },
    async records(kind, { model, version, before, limit = pageRecords } = {}) {
      const conditions: readonly (readonly [string, Cell | undefined])[] = [
        ['kind = ?', kind],
        ['model = ?', model],
        ['version = ?', version],
        ['ordinal < ?', before],
      ];
      const used = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
      const where = used.map(({ sql }) => sql).join(' AND ');
      const sql = `SELECT * FROM slipway_records WHERE ${where} ORDER BY ordinal DESC LIMIT ?`;
      const parameters = [...used.map(({ value }) => value), limit];
      return (await store.read((transaction) => transaction.all(sql, ...parameters))).map(recordOf);
    },
    async deleteRecord(kind, id, change) {
      checkChange(change);
      return store.change(async (writing) => {
        const row = await recordRow(writing.transaction, kind, id);
        if (row === undefined) return false;
        const { model, version, revision } = recordOf(row);
        const details = { version, revision };
        await writing.append(change, { action: 'record.delete', model, subject: `${kind}/${id}`, details });
        await writing.transaction.all('DELETE FROM slipway_records WHERE kind = ? AND id = ?', kind, id);
        return true;
      });
    },
  };
}

/** The ordinal is that of the first writing, and so is `created_at`. */
const upsert = `INSERT INTO slipway_records
  (kind, id, model, version, body, revision, ordinal, created_at, updated_at, by_kind, by_id)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, id) DO UPDATE SET model = excluded.model, version = excluded.version, body = excluded.body,
    revision = excluded.revision, updated_at = excluded.updated_at, by_kind = excluded.by_kind, by_id = excluded.by_id`;

function recordRow(transaction: Transaction, kind: string, id: string): Promise<Row | undefined> {
  return firstRow(transaction, 'SELECT * FROM slipway_records WHERE kind = ? AND id = ?', kind, id);
}

function checkSeen(subject: string, row: Row | undefined, { expected }: RecordRequest): void {
  const revision = Number(row?.revision ?? 0);
  if (expected === undefined || expected === revision) return;
  const happened =
    row === undefined
      ? 'is not there'
      : `was written by ${row.by_id} at ${instantText(String(row.updated_at))} (revision ${revision})`;
  throw fail('REGISTRY_CONFLICT', {
    message: `The record ${subject} ${happened}; this change saw revision ${expected}.`,
    where: subject,
    details: { expected, revision },
  });
}

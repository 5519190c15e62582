import { createHash } from 'node:crypto';
import type { Cell, Row, Transaction } from '../database/database.ts';
import { actorCell } from './derive-versions.ts';
import { secretFingerprint } from './secret-fingerprint.ts';
import { rowKey } from './state-rows.ts';

/** The columns of every row, under the key of its row. */
export type TableSnapshot = ReadonlyMap<string, Readonly<Record<string, Cell>>>;

const keysOf: Readonly<Record<string, readonly string[]>> = {
  slipway_models: ['model'],
  slipway_versions: ['model', 'version'],
  slipway_aliases: ['model', 'alias'],
  slipway_moves: ['model', 'alias', 'revision'],
  slipway_approvals: ['id'],
  slipway_records: ['kind', 'id'],
  slipway_keys: ['id'],
};

/** Records are documents of up to 16 MiB: of each, only its digest is kept. */
const pageRows = 50;

/** What stands in the tables now, in the form in which `deriveState` says what must. */
export async function readTables(transaction: Transaction): Promise<TableSnapshot> {
  const found = new Map<string, Readonly<Record<string, Cell>>>();
  for (const [table, key] of Object.entries(keysOf)) {
    const sql = `SELECT * FROM ${table} ORDER BY ${key.join(', ')} LIMIT ? OFFSET ?`;
    const size = table === 'slipway_records' ? pageRows : 100 * pageRows;
    for (let offset = 0; ; offset += size) {
      const page = await transaction.all(sql, size, offset);
      for (const row of page) found.set(rowKey(table, ...key.map((column) => row[column])), comparable(table, row));
      if (page.length < size) break;
    }
  }
  return found;
}

function comparable(table: string, row: Row): Readonly<Record<string, Cell>> {
  const by = actorCell({ kind: row.by_kind, id: row.by_id });
  if (table === 'slipway_models') return { ...row, approve: row.approve === 1 ? 'yes' : 'no' };
  if (table === 'slipway_keys') return { ...row, by, secret: secretFingerprint(String(row.secret_digest)) };
  if (table === 'slipway_records') return { ...row, by, body: `sha256:${sha256(String(row.body))}` };
  if (table !== 'slipway_approvals') return { ...row, by };
  const decider = row.decided_by_id === null ? null : actorCell({ kind: row.decided_by_kind, id: row.decided_by_id });
  // An open one is only marked when the alias moves after its time; the log says what its time was.
  return { ...row, by, state: row.state === 'expired' ? 'open' : row.state, decided_by: decider };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

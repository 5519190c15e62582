import { fail } from '@slipway/core';
import { counted } from '../../system/wording.ts';
import { appendEntry, headOf, lockHead } from '../audit/append-entry.ts';
import { readVerdict } from '../audit/read-verdict.ts';
import { type Database, firstRow, type Transaction } from '../database/database.ts';
import { migrateIn } from '../schema/migrate.ts';
import { migrations } from '../schema/migrations.ts';
import type { Change } from '../types.ts';
import type { BackupSummary } from './backup-file.ts';
import { rowsOf, type WholeBackup } from './read-backup.ts';

/**
 * Restores a backup of either database into either database, which must hold nothing: REGISTRY_NOT_EMPTY. The tables too
 * are made in the one transaction, so that it leaves a registry or none. The restore itself is the next entry of the
 * audit log.
 */
export async function restore(
  database: Database,
  backup: WholeBackup,
  at: string,
  change: Change,
): Promise<BackupSummary> {
  const { header, end } = backup;
  const auditHead = await database.write(async (transaction) => {
    // The rows are of the schema that they were saved from; the steps since then are taken with them in place.
    await migrateIn(transaction, database, migrations.slice(0, header.schema));
    await lockHead(transaction, database.dialect);
    await checkEmpty(transaction, database);
    await insertAll(transaction, backup);
    const head = await headOf(transaction);
    const details = { backupAt: header.at, auditHead: { sequence: head.sequence, hash: head.hash } };
    const deed = { action: 'registry.restore', model: null, subject: 'registry', details } as const;
    const { sequence, hash } = await appendEntry(transaction, head, at, change, deed);
    await migrateIn(transaction, database, migrations);
    const verdict = await readVerdict(transaction);
    if (!verdict.intact) throw notWhatItSays(verdict.message, backup.file);
    return { sequence, hash };
  });
  return { rows: end.rows, auditHead };
}

/** The log in the file was verified when it was read: here its tables are compared with it, and undone with the rest. */
function notWhatItSays(message: string, where: string) {
  return fail('REGISTRY_CORRUPT', {
    message: `The backup is not what its audit log says: ${message}`,
    where,
    hint: 'Restore an earlier backup, and find out who wrote to the database that this one is of.',
  });
}

async function checkEmpty(transaction: Transaction, { where }: Database): Promise<void> {
  const { sequence } = await headOf(transaction);
  const model = await firstRow(transaction, 'SELECT model FROM slipway_models LIMIT 1');
  if (sequence === 0 && model === undefined) return;
  const change = counted(sequence, 'change');
  const force = where.startsWith('sqlite:')
    ? 'With --force the SQLite registry that is there is set aside under another name. Else restore to a new one, and point SLIPWAY_REGISTRY to it.'
    : undefined;
  throw fail('REGISTRY_NOT_EMPTY', { message: `The registry holds ${change} already.`, where, hint: force });
}

async function insertAll(transaction: Transaction, backup: WholeBackup): Promise<void> {
  for await (const { table, row } of rowsOf(backup)) {
    const columns = Object.keys(row);
    const marks = columns.map(() => '?').join(', ');
    await transaction.all(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, ...Object.values(row));
    if (table === 'slipway_audit') {
      await transaction.all('UPDATE slipway_audit_head SET sequence = ?, hash = ?', row.sequence, row.hash);
    }
  }
}

import type { Transaction } from '../database/database.ts';
import { auditEntryOf } from '../store/rows.ts';
import type { AuditHead, AuditVerdict } from '../types.ts';
import { headOf } from './append-entry.ts';
import { verifyChain } from './verify-chain.ts';

/** Whether the log of this database is what was written to it; all of it is read. */
export async function readVerdict(transaction: Transaction, kept?: AuditHead): Promise<AuditVerdict> {
  const rows = await transaction.all('SELECT * FROM slipway_audit ORDER BY sequence');
  return verifyChain(rows.map(auditEntryOf), await headOf(transaction), kept);
}

import { counted } from '../../system/wording.ts';
import type { Transaction } from '../database/database.ts';
import { auditEntryOf } from '../store/rows.ts';
import type { AuditHead, AuditVerdict } from '../types.ts';
import { headOf } from './append-entry.ts';
import { compareState } from './compare-state.ts';
import { deriveState } from './derive-state.ts';
import { readTables } from './read-tables.ts';
import { verifyChain } from './verify-chain.ts';

/**
 * Whether the log of this database is what was written to it, and then whether the tables are what it says; all of both
 * is read. Of a log that is not intact nothing is derived.
 */
export async function readVerdict(transaction: Transaction, kept?: AuditHead): Promise<AuditVerdict> {
  const entries = (await transaction.all('SELECT * FROM slipway_audit ORDER BY sequence')).map(auditEntryOf);
  const chain = verifyChain(entries, await headOf(transaction), kept);
  if (!chain.intact) return chain;
  const { differences, uncompared } = compareState(deriveState(entries), await readTables(transaction));
  const [first] = differences;
  if (first === undefined) return uncompared.length === 0 ? chain : { ...chain, uncompared };
  const more = differences.length - 1;
  return {
    ...{ intact: false, fault: 'state', sequence: first.sequence ?? chain.head.sequence },
    message: `${first.message}${more === 0 ? '' : `; ${counted(more, 'more difference')}`}.`,
    differences: differences.map(({ message }) => message),
  };
}

import { headOf } from '../audit/append-entry.ts';
import { readVerdict } from '../audit/read-verdict.ts';
import type { Cell } from '../database/database.ts';
import type { Audit } from '../ports.ts';
import { auditEntryOf } from './rows.ts';
import type { Store } from './store.ts';

const pageEntries = 1000;

export function createAudit(store: Store): Audit {
  return {
    async audit({ after = 0, model, limit = pageEntries } = {}) {
      const only = model === undefined ? '' : ' AND model = ?';
      const parameters: Cell[] = [after, ...(model === undefined ? [] : [model]), limit];
      const sql = `SELECT * FROM slipway_audit WHERE sequence > ?${only} ORDER BY sequence LIMIT ?`;
      return (await store.read((transaction) => transaction.all(sql, ...parameters))).map(auditEntryOf);
    },
    auditHead: () => store.read((transaction) => headOf(transaction)),
    verifyAudit: (kept) => store.read((transaction) => readVerdict(transaction, kept)),
  };
}

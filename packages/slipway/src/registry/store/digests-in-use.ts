import type { Transaction } from '../database/database.ts';
import type { Digest } from '../types.ts';

/** Every digest that a version names which is not deleted. */
export async function digestsIn(transaction: Transaction): Promise<ReadonlySet<Digest>> {
  const sql = 'SELECT artifact, launch, reference, golden, proof FROM slipway_versions WHERE deleted_at IS NULL';
  const rows = await transaction.all(sql);
  return new Set(rows.flatMap((row) => Object.values(row)).filter((cell) => typeof cell === 'string'));
}

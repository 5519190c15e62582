import { counted } from '../../system/wording.ts';
import type { Transaction } from '../database/database.ts';

const recordsNamed = 3;

/** Everything that would be left pointing to nothing if a version went, in words. */
export async function whatPointsTo(
  transaction: Transaction,
  model: string,
  version: string,
  now: string,
): Promise<readonly string[]> {
  const aliases = await transaction.all(
    'SELECT alias, version FROM slipway_aliases WHERE model = ? AND (version = ? OR previous = ?) ORDER BY alias',
    model,
    version,
    version,
  );
  const approvals = await transaction.all(
    "SELECT id FROM slipway_approvals WHERE model = ? AND version = ? AND state = 'open' AND expires_at > ?",
    model,
    version,
    now,
  );
  const records = await transaction.all(
    'SELECT kind, id FROM slipway_records WHERE model = ? AND version = ? ORDER BY ordinal DESC',
    model,
    version,
  );
  const more = records.length - recordsNamed;
  return [
    ...aliases.map(({ alias, version: now }) => (now === version ? `the alias ${alias}` : previousName(String(alias)))),
    ...approvals.map(({ id }) => `the open approval ${id}`),
    ...records.slice(0, recordsNamed).map(({ kind, id }) => `the record ${kind}/${id}`),
    ...(more > 0 ? [counted(more, 'more record')] : []),
  ];
}

function previousName(alias: string): string {
  return alias === 'production' ? 'the alias previous' : `the way back of the alias ${alias}`;
}

import type { Transaction } from '../database/database.ts';

/** What is asked of a move: where it led. */
export interface Step {
  readonly kind: string;
  readonly to: string | null;
}

/**
 * The versions that an alias came by and that nobody left by a rollback, oldest first; the last is where it points. A
 * rollback takes versions off its end, so that what was rolled back from is never gone back to: 1, 2, 3 and a rollback
 * is 1, 2. Adds a step to the way of all moves before it, in place: a way may have many thousand steps.
 */
export function goAlong(way: string[], { kind, to }: Step): void {
  // A removal ends the way: whoever takes an alias up again begins anew.
  if (to === null) way.length = 0;
  else if (kind === 'rollback' && way.includes(to)) way.length = way.lastIndexOf(to) + 1;
  else way.push(to);
}

/** Where the next rollback of a way leads that a rollback just shortened: to the version before on it that is left. */
export function previousOn(way: readonly string[], left: ReadonlySet<unknown>): string | null {
  const to = way.at(-1);
  return way.findLast((version) => version !== to && left.has(version)) ?? null;
}

/** Where the rollback after one to `to` would lead: the version before it on the way that was not deleted since. */
export async function previousAfterRollback(
  transaction: Transaction,
  model: string,
  alias: string,
  to: string,
): Promise<string | null> {
  const moves = await transaction.all(
    'SELECT kind, to_version FROM slipway_moves WHERE model = ? AND alias = ? ORDER BY revision',
    ...[model, alias],
  );
  const steps = moves.map((row) => ({
    kind: String(row.kind),
    to: typeof row.to_version === 'string' ? row.to_version : null,
  }));
  const way: string[] = [];
  for (const step of [...steps, { kind: 'rollback', to }]) goAlong(way, step);
  const there = await transaction.all(
    'SELECT version FROM slipway_versions WHERE model = ? AND deleted_at IS NULL',
    model,
  );
  return previousOn(way, new Set(there.map(({ version }) => version)));
}

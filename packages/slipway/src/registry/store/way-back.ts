import type { Transaction } from '../database/database.ts';

/** What is asked of a move: where it led. */
export interface Step {
  readonly kind: string;
  readonly to: string | null;
}

/**
 * The versions that an alias came by and that nobody left by a rollback, oldest first; the last is where it points. A
 * rollback takes versions off its end, so that what was rolled back from is never gone back to: 1, 2, 3 and a rollback
 * is 1, 2. `way` is that of all moves before this step.
 */
export function wayAfter(way: readonly string[], { kind, to }: Step): readonly string[] {
  // A removal ends the way: whoever takes an alias up again begins anew.
  if (to === null) return [];
  return kind === 'rollback' && way.includes(to) ? way.slice(0, way.lastIndexOf(to) + 1) : [...way, to];
}

/** Where the next rollback of a way leads that a rollback just shortened: to the version before on it that is left. */
export function previousOn(way: readonly string[], left: ReadonlySet<unknown>): string | null {
  const to = way.at(-1);
  return way.slice(0, -1).findLast((version) => version !== to && left.has(version)) ?? null;
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
  const way = [...steps, { kind: 'rollback', to }].reduce<readonly string[]>(wayAfter, []);
  const there = await transaction.all(
    'SELECT version FROM slipway_versions WHERE model = ? AND deleted_at IS NULL',
    model,
  );
  return previousOn(way, new Set(there.map(({ version }) => version)));
}

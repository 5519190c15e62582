import { changeOutcomes, listOutcomeFiles } from './outcome-files.ts';
import { type TakenOut, takeOut } from './rewrite-outcomes.ts';

export interface RetireOutcomesOptions {
  /** Where outcomes are kept. */
  readonly folder: string;
  readonly nowMs: number;
  /** Outcomes that happened, or were known, longer ago go, by whole days; null keeps all. */
  readonly keepMs: number | null;
  readonly lockWaitMs?: number;
}

const dayMs = 86_400_000;

/**
 * Removes outcomes that are older than predictions may be: they can't belong to any. A day goes when its last moment is
 * too old, so that a file is written again once a day at most. Raises LOG_BUSY, LOG_CORRUPT, OUTPUT_NOT_WRITABLE.
 */
export async function retireOutcomes(options: RetireOutcomesOptions): Promise<TakenOut> {
  const { folder, nowMs, keepMs, lockWaitMs } = options;
  if (keepMs === null || (await listOutcomeFiles(folder)).length === 0) return { outcomes: 0, files: 0 };
  const fromMs = Math.floor((nowMs - keepMs) / dayMs) * dayMs;
  const condition = `greatest(observed_at, coalesce(occurred_at, observed_at)) < epoch_ms(${fromMs})`;
  return changeOutcomes(folder, () => takeOut({ folder, condition, dryRun: false }), lockWaitMs);
}

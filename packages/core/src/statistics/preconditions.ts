import { assert } from '../errors/index.ts';
import type { BinomialCounts } from './e-process.ts';

// What functions of this folder ask of their arguments. Each is a programming error: a number that is none would go
// through the formulas, and come out as a verdict that never decides.

/** Successes are some of the trials, and both are counts that a number still holds exactly. */
export function assertCounts({ successes, trials }: BinomialCounts): void {
  assert(
    successes >= 0 && successes <= trials && trials <= Number.MAX_SAFE_INTEGER,
    `${successes} of ${trials} trials cannot be successes`,
  );
}

/** The chance of an error that is let happen, of an interval or a fixed test. */
export function assertAlpha(alpha: number): void {
  assert(alpha > 0 && alpha < 1, `alpha is above 0 and below 1, not ${alpha}`);
}

import { fail, type SlipwayError } from '../errors/index.ts';
import type { RunLimits } from '../model/index.ts';
import type { Clock } from './types.ts';

/** Raises CALLER_GONE or DEADLINE_EXCEEDED where nobody waits for a run any more. Does nothing without limits. */
export function expectWanted(limits: RunLimits | undefined, clock: Clock): void {
  if (limits === undefined) return;
  if (limits.isCancelled()) throw callerGone();
  const { deadlineMs } = limits;
  if (deadlineMs !== Number.POSITIVE_INFINITY && clock.monotonicMs() >= deadlineMs) throw deadlineExceeded();
}

/** For sessions: what a call raises that is not run, or not waited for, since its caller is gone. */
export function callerGone(): SlipwayError {
  return fail('CALLER_GONE', { message: 'The caller went away before the prediction was made.' });
}

/** For sessions: what a call raises at its deadline. */
export function deadlineExceeded(): SlipwayError {
  return fail('DEADLINE_EXCEEDED', { message: 'The deadline passed before the prediction was made.' });
}

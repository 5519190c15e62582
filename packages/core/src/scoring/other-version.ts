import type { RunLimits } from '../model/index.ts';
import type { FallbackReason } from '../protocol/index.ts';
import type { Predictor } from './predictor.ts';
import type { ScoringCore } from './scoring-core.ts';

/** Of the time that a call has left, the part that is kept for a version that would answer for one too late. */
const keptShare = 0.2;

/**
 * How long the model itself may take. Where another version answers for timeouts, and takes time to do so, the model
 * has to leave it some: an answer that comes after the deadline helps nobody.
 */
export function limitsOfModel(core: ScoringCore, limits: RunLimits | undefined): RunLimits | undefined {
  if (limits === undefined || limits.deadlineMs === Number.POSITIVE_INFINITY) return limits;
  const { fallback } = core.launch;
  if (fallback?.use.kind !== 'version' || !fallback.when.includes('timeout')) return limits;
  const other = core.otherVersion?.() ?? null;
  if (other === null || answersAtOnce(other)) return limits;
  const nowMs = core.clock.monotonicMs();
  return withDeadline(limits, limits.deadlineMs - keptShare * Math.max(0, limits.deadlineMs - nowMs));
}

/** How long another version may take that answers instead. One that needs no time is not late, after a timeout either. */
export function limitsOfOther(
  other: Predictor,
  reason: FallbackReason,
  limits: RunLimits | undefined,
): RunLimits | undefined {
  if (limits === undefined || reason !== 'timeout' || !answersAtOnce(other)) return limits;
  return withDeadline(limits, Number.POSITIVE_INFINITY);
}

function answersAtOnce({ session }: Predictor): boolean {
  return session.engine === 'compiled';
}

function withDeadline(limits: RunLimits, deadlineMs: number): RunLimits {
  return {
    deadlineMs,
    isCancelled: () => limits.isCancelled(),
    onCancel: (listener) => limits.onCancel(listener),
  };
}

import { fail, type SlipwayError } from '../../errors/index.ts';
import type { CallQueue } from './call-queue.ts';
import { workMs } from './decisions.ts';
import type { LatencyModel } from './latency-model.ts';
import type { RejectReason } from './ports.ts';
import type { Running } from './running.ts';
import type { WaitingCall } from './waiting-call.ts';

/** Calls, rows and bytes that may wait. A call that waits alone may be of any size. */
export interface WaitingMax {
  readonly calls: number;
  readonly rows: number;
  readonly bytes: number;
}

/** How things stand when a call comes. */
export interface Standing {
  readonly nowMs: number;
  readonly queue: CallQueue;
  readonly running: Running;
  readonly waitingMax: WaitingMax;
  readonly model: LatencyModel;
  readonly rowsMin: number;
  readonly rowsGoal: number;
  readonly free: number;
  readonly executorsMax: number;
}

/** Why a call is not taken: too many wait, or it could not be answered by its deadline. Null where it is. */
export function refusalOf(
  call: WaitingCall,
  standing: Standing,
): { readonly reason: RejectReason; readonly error: SlipwayError } | null {
  const { queue, waitingMax } = standing;
  const { calls, rows, bytes } = queue;
  const isFull =
    calls >= waitingMax.calls ||
    (calls > 0 && (rows + call.rows > waitingMax.rows || bytes + call.bytes > waitingMax.bytes));
  if (isFull) {
    const message = `${calls} calls with ${rows} rows wait for the model already.`;
    return { reason: 'queue_full', error: fail('SESSION_BUSY', { message }) };
  }
  return lateRefusal(call, standing);
}

function lateRefusal(call: WaitingCall, standing: Standing): ReturnType<typeof refusalOf> {
  const { nowMs, queue, running, model, rowsMin, rowsGoal, free, executorsMax } = standing;
  if (call.deadlineMs === Number.POSITIVE_INFINITY || !model.isKnown) return null;
  // Where somebody is free the call is tried, whatever is expected: else an expectation could never be corrected.
  if (free > 0 && queue.calls === 0) return null;
  const startMs = free > 0 ? 0 : running.firstEndMs(nowMs, (rows) => model.expectedMs(Math.max(rows, rowsMin)));
  const aheadMs = workMs(model, queue.rowsBefore(call), rowsGoal, executorsMax);
  const ms = startMs + aheadMs + workMs(model, call.rows, Math.max(rowsGoal, call.rowsPerPiece), 1);
  if (nowMs + ms <= call.deadlineMs) return null;
  const message = `The answer would take ${ms.toFixed(1)} ms, and ${(call.deadlineMs - nowMs).toFixed(1)} ms are left.`;
  const details = { retryAfterMs: Math.ceil(startMs + aheadMs) };
  return { reason: 'predicted_late', error: fail('SESSION_BUSY', { message, details }) };
}

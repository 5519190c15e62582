import type { SessionPlan } from './session-plan.ts';

/** The plan with its file in memory that threads share, so that many workers cost one copy of it and not one each. */
export function sharedPlan(plan: SessionPlan): SessionPlan {
  const bytes = new Uint8Array(new SharedArrayBuffer(plan.bytes.length));
  bytes.set(plan.bytes);
  return { ...plan, bytes };
}

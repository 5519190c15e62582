import type { ErrorKind } from '@slipway/core';

/** The exit code of each kind of error. Closed: a new kind does not compile without one. */
export const exitCodes: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  invalid: 2,
  unauthenticated: 2,
  forbidden: 2,
  too_large: 2,
  unsupported_media: 2,
  method_not_allowed: 2,
  unsupported: 3,
  corrupt: 3,
  not_found: 4,
  conflict: 5,
  rate_limited: 6,
  overloaded: 6,
  unavailable: 6,
  deadline: 6,
  cancelled: 130,
};

/** Exit codes of verdicts: the command did its work, and the answer is no, or not yet, or not enough. */
export const verdictExitCodes = { fail: 10, inconclusive: 11, quarantined: 12 } as const;

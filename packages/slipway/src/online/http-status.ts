import type { ErrorKind } from '@slipway/core';

/** The HTTP status of each kind of error. Closed: a new kind does not compile without one. */
export const httpStatuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  unsupported: 422,
  rate_limited: 429,
  // 499 is nginx's word for a caller that went away; nobody is left to read it, but the log and the metrics do.
  cancelled: 499,
  internal: 500,
  corrupt: 500,
  overloaded: 503,
  unavailable: 503,
  deadline: 504,
};

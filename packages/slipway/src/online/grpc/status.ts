import { Code, ConnectError } from '@connectrpc/connect';
import type { ErrorKind, SlipwayError } from '@slipway/core';
import { issuesOf, problemOf } from '../problem.ts';
import { requestIdHeader } from '../request-id.ts';

/** The status of gRPC for each kind of error. Closed: a new kind does not compile without one. */
const codes: Readonly<Record<ErrorKind, Code>> = {
  invalid: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  forbidden: Code.PermissionDenied,
  not_found: Code.NotFound,
  method_not_allowed: Code.Unimplemented,
  conflict: Code.FailedPrecondition,
  too_large: Code.ResourceExhausted,
  unsupported_media: Code.InvalidArgument,
  unsupported: Code.Unimplemented,
  rate_limited: Code.ResourceExhausted,
  cancelled: Code.Canceled,
  internal: Code.Internal,
  corrupt: Code.Internal,
  overloaded: Code.Unavailable,
  unavailable: Code.Unavailable,
  deadline: Code.DeadlineExceeded,
};

/** The number of the status that an error is. */
export function statusNumber(error: SlipwayError): number {
  return codes[error.kind];
}

/** Names the error of a call as the other routes do: the code of the registry. */
const errorCodeKey = 'slipway-code';

/** An error as gRPC says it. What a caller may not see of it, it does not hold. */
export function statusError(error: SlipwayError, requestId: string): ConnectError {
  return new ConnectError(messageOf(error), codes[error.kind], {
    [errorCodeKey]: error.code,
    [requestIdHeader]: requestId,
  });
}

/** What is wrong, and in which row, since a status has no other place for it. */
export function messageOf(error: SlipwayError): string {
  const { message } = problemOf(error, null);
  const row = issuesOf(error)[0]?.record;
  return row === undefined ? message : `${message} (row ${row})`;
}

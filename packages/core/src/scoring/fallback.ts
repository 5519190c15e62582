import type { Value } from '../contract/index.ts';
import type { ErrorKind, SlipwayError } from '../errors/index.ts';
import type { Fallback, FallbackAnswer, FallbackRule } from '../launch/index.ts';
import type { FallbackReason } from '../protocol/index.ts';

/** Why the fallback answers for an error; null where it does not. */
export function fallbackReason(fallback: Fallback, error: SlipwayError): FallbackReason | null {
  if (error.code === 'MODEL_SWITCHED_OFF') return 'switched';
  const reason = reasons[error.kind];
  return reason !== null && fallback.when.includes(reason) ? reason : null;
}

/** No fallback hides a mistake of the caller, and none is made where nobody waits for it. */
const reasons: Readonly<Record<ErrorKind, Exclude<FallbackReason, 'switched'> | null>> = {
  deadline: 'timeout',
  overloaded: 'overload',
  internal: 'error',
  corrupt: 'error',
  unsupported: 'error',
  unavailable: 'error',
  cancelled: null,
  invalid: null,
  unauthenticated: null,
  forbidden: null,
  not_found: null,
  conflict: null,
  too_large: null,
  unsupported_media: null,
  method_not_allowed: null,
  rate_limited: null,
};

/**
 * The outputs of a constant or of rules. Rules see the record as it was sent: a value that is missing fulfils no
 * condition, also where the model would get a fill value.
 */
export function fallbackOutputs(
  use: Exclude<FallbackAnswer, { kind: 'version' }>,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Value>> {
  if (use.kind === 'constant') return use.outputs;
  return use.rules.find((rule) => holds(rule, record))?.use ?? use.otherwise;
}

function holds({ if: condition }: FallbackRule, record: Readonly<Record<string, unknown>>): boolean {
  const value = record[condition.field];
  if (condition.is === 'equal') return value === condition.value;
  if (typeof value !== 'number' || typeof condition.value !== 'number') return false;
  return condition.is === 'below' ? value < condition.value : value >= condition.value;
}

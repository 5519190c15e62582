import type { Value } from '../contract/index.ts';
import type { Fallback, FallbackRule } from '../launch/index.ts';
import type { FallbackReason } from '../protocol/index.ts';

/**
 * The outputs that the launch file wants in place of a prediction, or null where it names none for this reason.
 * Rules see the record as it was sent: a value that is missing fulfils no condition, also where the model would get a
 * fill value. Another version as fallback is the server's business: the predictor has one version only.
 */
export function fallbackOutputs(
  fallback: Fallback | null,
  reason: FallbackReason,
  record: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Value>> | null {
  if (fallback === null || !fallback.when.includes(reason)) return null;
  const { use } = fallback;
  if (use.kind === 'constant') return use.outputs;
  if (use.kind === 'version') return null;
  return use.rules.find((rule) => holds(rule, record))?.use ?? use.otherwise;
}

function holds({ if: condition }: FallbackRule, record: Readonly<Record<string, unknown>>): boolean {
  const value = record[condition.field];
  if (condition.is === 'equal') return value === condition.value;
  if (typeof value !== 'number' || typeof condition.value !== 'number') return false;
  return condition.is === 'below' ? value < condition.value : value >= condition.value;
}

import type { Issue, Value } from '@slipway/core';

export type RecordRead =
  | { readonly record: Readonly<Record<string, Value>> }
  /** Why the line is no record that can be scored. */
  | { readonly fault: Issue };

/**
 * Parses one line of NDJSON. It must be one JSON object, and must not have a field that the model is going to write.
 * The object is only looked into by own keys, so `__proto__` is a key like any other.
 */
export function readObject(line: string | null, outputs: readonly string[]): RecordRead {
  let value: unknown;
  try {
    value = JSON.parse(line ?? '');
  } catch (error) {
    return fault(`the line is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fault('the line is not a JSON object');
  }
  const taken = outputs.find((name) => Object.hasOwn(value, name));
  if (taken !== undefined)
    return {
      fault: { field: taken, rule: 'unknown', message: `${taken} is there already, which the model would write` },
    };
  return { record: value as Record<string, Value> };
}

function fault(message: string): RecordRead {
  return { fault: { field: 'record', rule: 'record', message } };
}

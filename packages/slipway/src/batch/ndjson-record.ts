import type { Value } from '@slipway/core';
import { countMembers, scanJson } from '../json/scan-json.ts';
import { type RowIssue, type TextRule, textIssue } from './row-issue.ts';

export type RecordRead =
  | { readonly record: Readonly<Record<string, Value>> }
  /** Why the line is no record that can be scored. */
  | { readonly fault: RowIssue };

/** As deep as the server lets objects and arrays stand in one another. */
const depthMax = 32;

/**
 * Parses one line of NDJSON as strictly as the server reads a body: it must be one JSON object, must not hold a name
 * twice, of which parsers keep different ones, and must not have a field that the model is going to write. The object
 * is only looked into by own keys, so `__proto__` is a key like any other.
 */
export function readObject(line: string | null, outputs: readonly string[]): RecordRead {
  const text = line ?? '';
  const { depth, members } = scanJson(text, depthMax);
  if (depth > depthMax) return fault('json_depth', `objects and arrays of the line stand more than ${depthMax} deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fault('json', `the line is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fault('json_object', 'the line is not a JSON object');
  }
  if (countMembers(value) !== members) return fault('json_name_twice', 'a name stands twice in one object');
  const taken = outputs.find((name) => Object.hasOwn(value, name));
  if (taken === undefined) return { record: value as Record<string, Value> };
  return {
    fault: { field: taken, rule: 'unknown', message: `${taken} is there already, which the model would write` },
  };
}

function fault(rule: TextRule, message: string): RecordRead {
  return { fault: textIssue(rule, message) };
}

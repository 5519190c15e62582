import type { Value } from '../contract/index.ts';

/** The JSON text of a value: what `JSON.stringify` gives, without its set-up for the common kinds. */
export function valueText(value: Value): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return JSON.stringify(value);
}

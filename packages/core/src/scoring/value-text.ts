import type { Value } from '../contract/index.ts';

/** The JSON text of a value: what `JSON.stringify` gives, without its set-up for the common kinds. */
export function valueText(value: Value): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'string') return isPlain(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return JSON.stringify(value);
}

const plainLengthMax = 64;

/** Whether a short text stands in JSON as it is: no quote, backslash or control character, and no half of a pair. */
function isPlain(text: string): boolean {
  if (text.length > plainLengthMax) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x22 || code === 0x5c || code >= 0xd800) return false;
  }
  return true;
}

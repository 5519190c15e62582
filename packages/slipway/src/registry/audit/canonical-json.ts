import type { Json } from '../types.ts';

/**
 * JSON in one form only, so that equal values have equal bytes: names sorted by UTF-16 code units, no spaces, numbers and
 * text as ECMAScript writes them, as RFC 8785 asks. A member that is undefined is left out.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

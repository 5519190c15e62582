/** What the text of a JSON document says of its shape, without a parse. */
export interface JsonShape {
  /** How deep objects and arrays stand in one another; 0 for a bare value. Counting ends one beyond the bound. */
  readonly depth: number;
  /** Members of all objects together, as written: more than a parse answers where a key stands twice. */
  readonly members: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** Looks at every character outside of strings, once. On text that is not JSON the answer means nothing. */
export function scanJson(text: string, depthMax: number): JsonShape {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x3a /* : */) members += 1;
    else if (code === 0x7b /* { */ || code === 0x5b /* [ */) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (deepest > depthMax) break;
    } else if (code === 0x7d /* } */ || code === 0x5d /* ] */) depth -= 1;
  }
  return { depth: deepest, members };
}

/** Members of all objects in a value that was parsed. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) count += countMembers(element);
    return count;
  }
  for (const name of Object.keys(value)) {
    count += 1;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof member === 'object' && member !== null) count += countMembers(member);
  }
  return count;
}

/** The place of the quote that ends the string, or the end of the text where none does. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at === -1 ? text.length : at;
}

/** A quote is escaped by an odd number of backslashes. */
function isEscaped(text: string, quoteAt: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quoteAt - 1 - slashes) === backslash) slashes += 1;
  return slashes % 2 === 1;
}

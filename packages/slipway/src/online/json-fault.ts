/** Why a text is not the JSON that we read, and where. */
export interface JsonFault {
  /** What stands there, as the end of a sentence: `NaN is not JSON`. */
  readonly reason: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
}

/**
 * Finds the first fault of a text by the grammar of RFC 8259, or the first key that an object holds twice. It is read
 * again only when the fast parser has refused it: that one does not always say where, and quotes the body in its
 * message. The depth of the text must be bounded before.
 */
export function findJsonFault(text: string): JsonFault | null {
  const reader = { text, at: 0 };
  try {
    readValue(reader);
    skipBlanks(reader);
    if (reader.at < text.length) throw new Fault(reader.at, `${shown(reader)} follows the end of the document`);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const before = text.slice(0, thrown.at).split('\n');
    return { reason: thrown.reason, line: before.length, column: (before.at(-1) as string).length + 1 };
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

class Fault {
  readonly at: number;
  readonly reason: string;

  constructor(at: number, reason: string) {
    this.at = at;
    this.reason = reason;
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /[\p{L}\p{N}_$.+-]+/uy;
const escapePattern = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function readValue(reader: Reader): void {
  skipBlanks(reader);
  const first = reader.text[reader.at];
  if (first === '{') readObject(reader);
  else if (first === '[') readArray(reader);
  else if (first === '"') readString(reader);
  else readLiteral(reader);
}

function readObject(reader: Reader): void {
  const keys = new Set<string>();
  reader.at += 1;
  if (comesNext(reader, '}')) return;
  do {
    skipBlanks(reader);
    const at = reader.at;
    if (reader.text[at] !== '"') throw new Fault(at, `${shown(reader)} stands where a name in double quotes belongs`);
    const key = JSON.parse(readString(reader)) as string;
    if (keys.has(key)) throw new Fault(at, `the name ${JSON.stringify(key)} stands twice in one object`);
    keys.add(key);
    if (!comesNext(reader, ':')) throw new Fault(reader.at, `${shown(reader)} stands where ":" belongs`);
    readValue(reader);
  } while (comesNext(reader, ','));
  if (!comesNext(reader, '}')) throw new Fault(reader.at, `${shown(reader)} stands where "," or "}" belongs`);
}

function readArray(reader: Reader): void {
  reader.at += 1;
  if (comesNext(reader, ']')) return;
  do readValue(reader);
  while (comesNext(reader, ','));
  if (!comesNext(reader, ']')) throw new Fault(reader.at, `${shown(reader)} stands where "," or "]" belongs`);
}

/** Answers the string as written, with its quotes. */
function readString(reader: Reader): string {
  const start = reader.at;
  const { text } = reader;
  reader.at += 1;
  while (text[reader.at] !== '"') {
    const at = reader.at;
    if (at >= text.length) throw new Fault(start, 'the string that begins here has no end');
    if (text[at] === '\\') {
      if (match(escapePattern, reader) === null)
        throw new Fault(at, `${JSON.stringify(text.slice(at, at + 2))} is no escape`);
    } else if (text.charCodeAt(at) < 0x20) throw new Fault(at, 'a string holds a raw line break or control character');
    else reader.at += 1;
  }
  reader.at += 1;
  return text.slice(start, reader.at);
}

function readLiteral(reader: Reader): void {
  const at = reader.at;
  const found = match(wordPattern, reader);
  if (found === null) throw new Fault(at, `${shown(reader)} stands where a value belongs`);
  if (found === 'true' || found === 'false' || found === 'null') return;
  numberPattern.lastIndex = 0;
  if (numberPattern.exec(found)?.[0] !== found) throw new Fault(at, `${cut(found)} is not JSON`);
}

function comesNext(reader: Reader, character: string): boolean {
  skipBlanks(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function skipBlanks(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? 'end')) reader.at += 1;
}

function match(pattern: RegExp, reader: Reader): string | null {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0] ?? null;
  if (found !== null) reader.at += found.length;
  return found;
}

function shown(reader: Reader): string {
  const character = reader.text.codePointAt(reader.at);
  return character === undefined ? 'the end of the body' : JSON.stringify(String.fromCodePoint(character));
}

function cut(text: string): string {
  return text.length <= 30 ? text : `${text.slice(0, 30)}…`;
}

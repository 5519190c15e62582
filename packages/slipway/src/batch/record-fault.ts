import { isUtf8 } from 'node:buffer';
import { recordBytesMax } from './csv-input.ts';
import { type TextIssue, textIssue } from './row-issue.ts';

const quote = 0x22;
const space = 0x20;

/** What makes a line split into fields: the comma and quotes of CSV, or what no line of NDJSON has. */
interface Dialect {
  readonly delimiter: number;
  readonly quotes: boolean;
}

const dialects: Readonly<Record<'csv' | 'ndjson', Dialect>> = {
  csv: { delimiter: 0x2c, quotes: true },
  ndjson: { delimiter: 0x01, quotes: false },
};

/**
 * Why the reader of the query engine drops a record before the model sees it, or null where it does not: the rules
 * of DuckDB's strict reader, among them that one empty field too many is forgiven.
 */
export function recordFault(record: Uint8Array, format: 'csv' | 'ndjson', columns: number): TextIssue | null {
  if (record.length > recordBytesMax) return textIssue('length', `the record is longer than ${recordBytesMax} bytes`);
  const shape = shapeOf(record, dialects[format]);
  if (shape.isOpen) return textIssue('unclosed_quote', 'a quote in the record is never closed');
  if (shape.isStray) return textIssue('stray_quote', 'text stands behind a closing quote');
  const extra = shape.fields - columns;
  if (format === 'ndjson' && extra > 0 && !(extra === 1 && shape.endsEmpty)) {
    return textIssue('json', 'the line is not JSON: it has a control character');
  }
  if (extra < 0 || extra > 1 || (extra === 1 && !shape.endsEmpty)) {
    return textIssue('fields', `the record has ${shape.fields} fields; the header has ${columns}`);
  }
  return isUtf8(record) ? null : textIssue('encoding', 'the record is not UTF-8 text');
}

interface RecordShape {
  readonly fields: number;
  /** Whether nothing follows the last delimiter. */
  readonly endsEmpty: boolean;
  readonly isOpen: boolean;
  readonly isStray: boolean;
}

function shapeOf(record: Uint8Array, { delimiter, quotes }: Dialect): RecordShape {
  let fields = 1;
  let start = 0;
  let at = 0;
  while (at < record.length) {
    const byte = record[at];
    if (byte === delimiter) {
      fields += 1;
      start = at + 1;
    } else if (byte === quote && quotes && opensField(record, start, at)) {
      const close = closingQuote(record, at + 1);
      if (close === -1) return { fields, endsEmpty: false, isOpen: true, isStray: false };
      const next = behindSpaces(record, close + 1);
      if (next < record.length && record[next] !== delimiter) {
        return { fields, endsEmpty: false, isOpen: false, isStray: true };
      }
      at = next;
      continue;
    }
    at += 1;
  }
  return { fields, endsEmpty: start === record.length, isOpen: false, isStray: false };
}

function opensField(record: Uint8Array, start: number, at: number): boolean {
  return at === start || (at === start + 1 && record[start] === space);
}

function closingQuote(record: Uint8Array, from: number): number {
  for (let at = record.indexOf(quote, from); at !== -1; at = record.indexOf(quote, at + 2)) {
    if (record[at + 1] !== quote) return at;
  }
  return -1;
}

function behindSpaces(record: Uint8Array, from: number): number {
  let at = from;
  while (record[at] === space) at += 1;
  return at;
}

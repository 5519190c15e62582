/** What stands between the fields of a CSV file; only the comma is read. */
export const delimiter = ',';

/**
 * The fields of one CSV record, by the rules of DuckDB's strict reader: a quote opens a field at its start, or after
 * one space; inside, two quotes are one. An empty field is null, a quoted empty field is the empty text.
 */
export function csvFields(record: string): (string | null)[] {
  const fields: (string | null)[] = [];
  let at = 0;
  for (;;) {
    const opens = record[at] === '"' ? at : record[at] === ' ' && record[at + 1] === '"' ? at + 1 : -1;
    const field = opens === -1 ? plainField(record, at) : quotedField(record, opens);
    fields.push(field.text);
    if (field.end >= record.length) return fields;
    at = field.end + delimiter.length;
  }
}

interface Field {
  readonly text: string | null;
  /** Where the delimiter stands, or the length of the record. */
  readonly end: number;
}

function plainField(record: string, start: number): Field {
  const end = endOfField(record, start);
  return { text: end === start ? null : record.slice(start, end), end };
}

function quotedField(record: string, quote: number): Field {
  let text = '';
  let from = quote + 1;
  for (;;) {
    const close = record.indexOf('"', from);
    if (close === -1) return { text: text + record.slice(from), end: record.length };
    text += record.slice(from, close);
    if (record[close + 1] !== '"') return { text, end: endOfField(record, close + 1) };
    text += '"';
    from = close + 2;
  }
}

function endOfField(record: string, from: number): number {
  const end = record.indexOf(delimiter, from);
  return end === -1 ? record.length : end;
}

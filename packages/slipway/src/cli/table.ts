import type { Style } from './style.ts';

/** Rows in columns as wide as they need to be, two spaces apart, under a dim head; the last column runs free. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [style.dim(line(head)), ...rows.map(line)].map((text) => `  ${text.trimEnd()}\n`).join('');
}

/**
 * A value of a query as a cell of one line: NULL and the empty text can be told apart, from each other and from a text
 * that spells the former, and what would break the line is escaped.
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value === '' || value === 'NULL') return JSON.stringify(value);
  return value.replace(/[\p{Cc}\u2028\u2029]/gu, escapeOf);
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

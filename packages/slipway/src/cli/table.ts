import type { Style } from './style.ts';

/** Rows in columns as wide as they need to be, two spaces apart, under a dim head; the last column runs free. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [style.dim(line(head)), ...rows.map(line)].map((text) => `  ${text.trimEnd()}\n`).join('');
}

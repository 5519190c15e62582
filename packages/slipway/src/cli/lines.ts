import { counted } from '../system/wording.ts';

/** Label and text in two aligned columns, indented by two; an empty label continues the one above. */
export function labelledLines(rows: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}\n`).join('');
}

/** 1234567 as `1,234,567`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 entry`, `1,234 entries`. */
export function entriesText(count: number): string {
  return counted(count, 'entry', 'entries');
}

/** Bytes in the unit that people read: 3.4 kB, 12 MB. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

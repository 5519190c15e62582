/** A column name as SQL takes it. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal as SQL takes it. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

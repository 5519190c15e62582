/** A name as SQL takes it, whatever characters it has. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text literal, whatever characters it has. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

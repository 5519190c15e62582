/** A file that is made from code: where it stands, from the root of the repository, and what must be in it. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** The first line of a generated Markdown page. `from` names what it is made from. */
export function markdownMark(from: string): string {
  return `<!-- Generated from ${from} by \`npm run generate\`. Do not edit. -->\n`;
}

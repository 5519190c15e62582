/**
 * Paragraphs, filled up to the width whatever the lines of their source; a line that is indented stands as it is, as
 * an example does.
 */
export function wrapProse(text: string, width: number): string {
  const lines: string[] = [];
  let words: string[] = [];
  const fill = () => {
    lines.push(...filled(words, width));
    words = [];
  };
  for (const line of text.split('\n')) {
    if (line !== '' && !/^\s/.test(line)) {
      words.push(...line.split(/\s+/));
      continue;
    }
    fill();
    lines.push(line);
  }
  fill();
  return lines.join('\n');
}

/** A word wider than the width has a line of its own. */
function filled(words: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

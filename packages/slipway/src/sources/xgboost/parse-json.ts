import { corrupt, unsupported } from '../import/document.ts';
import { readingLimits } from '../import/reading-limits.ts';

/**
 * JSON as XGBoost writes it: up to version 3.0 with NaN for the conditions of categorical splits, a word that JSON does
 * not have. It becomes null. Raises MODEL_FILE_CORRUPT.
 */
export function parseXgboostJson(text: string): unknown {
  checkCounts(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    try {
      return JSON.parse(withoutNaN(text));
    } catch {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw corrupt('the file', `The file is not whole JSON: ${reason}.`, cause);
    }
  }
}

/** Lists, objects and quotes, wherever they stand: what a parse makes objects of. */
function checkCounts(text: string): void {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code === 0x5b || code === 0x7b) count += 1;
  }
  if (count <= readingLimits.valuesMax) return;
  const message = `The file has more than ${readingLimits.valuesMax} lists, objects and texts.`;
  throw unsupported('the file', message, 'Save it as .ubj, where lists of numbers are one value.');
}

function withoutNaN(text: string): string {
  const word = /"|NaN|-?Infinity/g;
  const parts: string[] = [];
  let kept = 0;
  for (let found = word.exec(text); found !== null; found = word.exec(text)) {
    if (found[0] === '"') {
      word.lastIndex = endOfString(text, found.index);
      continue;
    }
    parts.push(text.slice(kept, found.index), 'null');
    kept = word.lastIndex;
  }
  return parts.length === 0 ? text : `${parts.join('')}${text.slice(kept)}`;
}

/** The place behind the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

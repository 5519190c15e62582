import type { Problem } from '../problems.ts';
import type { Place } from './source-node.ts';

/** A problem of the text itself, before any field is known. */
export function syntaxProblem(message: string, at: Place, hint = 'Mend this line.'): Problem {
  return { code: 'LAUNCH_SYNTAX', path: [], at, message, hint, suggestion: null };
}

export const smallHint = 'A launch file is small: keep data and tables in files of their own.';

/** What the YAML parser found, in sentences of ours for what people meet; the rest says what the parser says. */
export function parserProblem(code: string, parserMessage: string, at: Place): Problem {
  const known = sentences[code];
  if (known === undefined) return syntaxProblem(`This is not valid YAML: ${parserMessage}.`, at);
  return syntaxProblem(known.message, at, known.hint);
}

const sentences: Readonly<Record<string, { readonly message: string; readonly hint: string }>> = {
  TAB_AS_INDENT: { message: 'A tab stands where the line is indented.', hint: 'Indent with spaces.' },
  MULTIPLE_DOCS: {
    message: 'The file holds more than one YAML document.',
    hint: 'Keep one document in a file; remove the line ---.',
  },
  BAD_SCALAR_START: {
    message: 'A text starts with a character that YAML keeps for itself.',
    hint: 'Put the text in quotes.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'A second "name: value" stands where a value belongs.',
    hint: 'Put the text in quotes, or give the second field its own line with the right indent.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'The name of a field runs over more than one line.',
    hint: 'A colon may be missing, or a line may be indented too far.',
  },
  TAG_RESOLVE_FAILED: {
    message: 'The file uses a YAML tag; launch files have none.',
    hint: 'Remove the word that starts with !, or put the text in quotes.',
  },
  RESOURCE_EXHAUSTION: { message: 'The file is nested too deeply.', hint: smallHint },
};

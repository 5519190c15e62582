import { LineCounter, parseDocument } from 'yaml';
import { refuse } from '../problems.ts';
import { Converter } from './converter.ts';
import type { Place, SourceNode } from './source-node.ts';
import { parserProblem, smallHint, syntaxProblem } from './syntax.ts';

/** A launch file of 10,000 features is about half of this. */
export const launchCharactersMax = 1_000_000;

const start: Place = { line: 1, column: 1 };

/** Reads one YAML 1.2 document (core schema, no merge keys). Throws LAUNCH_SYNTAX with the place of the first trouble. */
export function readYaml(source: string, file: string): SourceNode {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  if (text.length > launchCharactersMax) {
    const message = `The file has ${text.length} characters; at most ${launchCharactersMax} are read.`;
    refuse(file, [syntaxProblem(message, start, smallHint)]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // What follows the first trouble mostly follows from it.
  const trouble = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])[0];
  if (trouble !== undefined) refuse(file, [parserProblem(trouble.code, trouble.message, place(trouble.pos[0]))]);
  const { yaml } = document.directives;
  if (yaml.explicit === true && yaml.version !== '1.2') {
    refuse(file, [syntaxProblem('Launch files are YAML 1.2.', start, 'Remove the %YAML line.')]);
  }
  if (document.contents === null) {
    refuse(file, [
      syntaxProblem('The file is empty.', start, 'Make a launch file with `slipway init` or `slipway train`.'),
    ]);
  }
  return new Converter(file, place).convert(document.contents, 0);
}

/** Warnings are refused as errors are, so the parser may not hide any; duplicates are found by the converter. */
const options = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
} as const;

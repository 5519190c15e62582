import type { Document, Finding, Repository } from '../repository.ts';

const junkNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc']);

/** Marks of unfinished work, and switches that silence a check or most of a suite. */
const marks = [
  /\bFIX[M]E\b/,
  /\bTO[D]O\b/,
  /\bXX[X]\b/,
  /@ts-(ignore|nocheck)\b/,
  /\b(test|it|describe)\.(only|todo)\(/,
];

/** A file is named after its one idea, in kebab-case; a drawer for anything becomes a junction of everything. */
export function fileNames({ paths, sources }: Repository): readonly Finding[] {
  const junk = [...paths]
    .filter((path) => path.split(/[/.]/).some((part) => junkNames.has(part)))
    .map((path) => ({ path, line: 1, message: 'is named after nothing: name the thing that it holds' }));
  const cased = sources
    .filter(({ path }) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(path.split('/').at(-1) as string))
    .map(({ path }) => ({ path, line: 1, message: 'is not in kebab-case' }));
  return [...junk, ...cased];
}

/** Nothing is left for later in the text, and no check is silenced. */
export function unfinishedWork({ sources, documents }: Repository): readonly Finding[] {
  return [...sources, ...documents].flatMap((document) =>
    marks.flatMap((mark) =>
      linesMatching(document, mark).map(({ line, found }) => ({
        path: document.path,
        line,
        message: `has ${found}`,
      })),
    ),
  );
}

function linesMatching({ text }: Document, pattern: RegExp): readonly { line: number; found: string }[] {
  if (!pattern.test(text)) return [];
  return text.split('\n').flatMap((content, index) => {
    const found = pattern.exec(content);
    return found === null ? [] : [{ line: index + 1, found: found[0] }];
  });
}

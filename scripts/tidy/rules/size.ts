import { type Finding, isGenerated, type Repository } from '../repository.ts';

const fileLinesArgued = 300;
const fileLinesMax = 500;
const functionLinesMax = 70;

/** Files over 300 lines that are right as they are, each with the reason. */
const arguedFiles: Readonly<Record<string, string>> = {};

/** A file is one idea: argued above 300 lines, never above 500. */
export function fileLength({ sources, paths }: Repository, argued = arguedFiles): readonly Finding[] {
  const long = sources
    .filter(({ path }) => !isGenerated(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > (path in argued ? fileLinesMax : fileLinesArgued))
    .map(({ path, lines }) => ({ path, line: lines, message: `has ${lines} lines; split it, or argue for it` }));
  const stale = Object.keys(argued)
    .filter((path) => paths.size > 0 && !isLong(path, sources))
    .map((path) => ({ path, line: 1, message: 'is argued for but not over 300 lines' }));
  return [...long, ...stale];
}

/** A function fits one screen. */
export function functionLength({ sources }: Repository): readonly Finding[] {
  return sources.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > functionLinesMax)
      .map(({ name, line, lines }) => ({
        path,
        line,
        message: `${name} has ${lines} lines, over ${functionLinesMax}`,
      })),
  );
}

function isLong(path: string, sources: Repository['sources']): boolean {
  const source = sources.find((each) => each.path === path);
  return source !== undefined && source.text.split('\n').length - 1 > fileLinesArgued;
}

import { type ErrorCode, fail } from '../errors/index.ts';
import { type Path, type Place, pathText } from './source/source-node.ts';

/** One thing wrong in a launch file, or in a settings file. */
export interface Problem {
  readonly code: Extract<ErrorCode, `LAUNCH_${string}` | `SETTINGS_${string}`>;
  readonly path: Path;
  readonly at: Place;
  /** One sentence, without place and field. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** The word that was probably meant. */
  readonly suggestion: string | null;
}

/** The form in which a problem stands in `details.problems` of the error: plain JSON. */
export interface ProblemDetail {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly message: string;
  readonly hint: string;
  readonly suggestion: string | null;
}

/** More lines than this help nobody; `details` has more. */
const linesMax = 20;
const detailsMax = 200;

/**
 * Throws one error for all problems, in the order of the file. Its code and place are the first one's. Of several, the
 * message has a line for each.
 */
export function refuse(file: string, problems: readonly Problem[], what = 'launch file'): never {
  const sorted = [...problems].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const first = sorted[0] as Problem;
  const details = { problems: sorted.slice(0, detailsMax).map((problem) => detail(file, problem)) };
  const where = placeText(file, first.at);
  if (sorted.length === 1) {
    throw fail(first.code, { message: sentence(first), where, hint: first.hint, details });
  }
  const lines = sorted
    .slice(0, linesMax)
    .map((problem) => `  ${placeText(file, problem.at)}  ${sentence(problem)} ${problem.hint}`);
  if (sorted.length > linesMax) lines.push(`  and ${sorted.length - linesMax} more`);
  const message = `The ${what} has ${sorted.length} problems:\n${lines.join('\n')}`;
  throw fail(first.code, { message, where, hint: 'Correct the fields that the message names.', details });
}

function detail(file: string, problem: Problem): ProblemDetail {
  const { code, at, message, hint, suggestion } = problem;
  return { code, file, line: at.line, column: at.column, field: pathText(problem.path), message, hint, suggestion };
}

function placeText(file: string, at: Place): string {
  return `${file}:${at.line}:${at.column}`;
}

function sentence(problem: Problem): string {
  return problem.path.length === 0 ? problem.message : `${pathText(problem.path)}: ${problem.message}`;
}

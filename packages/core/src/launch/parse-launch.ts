import { crossCheck } from './checks/index.ts';
import type { LaunchFile } from './launch-file.generated.ts';
import { normalise } from './normalise.ts';
import { type Problem, refuse } from './problems.ts';
import { launchSchema } from './schema/launch-schema.ts';
import { findForbiddenText } from './secrets.ts';
import { readYaml } from './source/read-yaml.ts';
import { pathText, plainValue, type SourceNode } from './source/source-node.ts';
import type { Launch } from './types.ts';
import { validate } from './validate.ts';

/**
 * Reads a launch file. `file` names it in messages. Throws LAUNCH_SYNTAX, LAUNCH_VERSION, LAUNCH_UNKNOWN_FIELD or
 * LAUNCH_INVALID; `details.problems` of the error lists everything that is wrong, each with file, line and column.
 */
export function parseLaunch(text: string, file: string): Launch {
  return normalise(readLaunchFile(text, file));
}

/** The launch file as it is written, known to be right: no defaults, no units turned. Throws like `parseLaunch`. */
export function readLaunchFile(text: string, file: string): LaunchFile {
  const source = readYaml(text, file);
  refuseOtherFormats(source, file);
  refuseIfAny(file, schemaProblems(source));
  // The type is generated from the schema that the document has just passed.
  const launchFile = plainValue(source) as LaunchFile;
  refuseIfAny(file, crossCheck(launchFile, source));
  return launchFile;
}

/** Of a field with forbidden text nothing else is said, since a message of the schema would show the text. */
function schemaProblems(source: SourceNode): readonly Problem[] {
  const forbidden = findForbiddenText(source);
  const hushed = new Set(forbidden.map((problem) => pathText(problem.path)));
  return [...forbidden, ...validate(launchSchema, source).filter((problem) => !hushed.has(pathText(problem.path)))];
}

/** A file of another format is not judged by the rules of this one. */
function refuseOtherFormats(source: SourceNode, file: string): void {
  if (source.kind !== 'map') return;
  const format = source.entries.find((entry) => entry.key === 'slipway')?.value;
  if (format?.kind !== 'scalar' || typeof format.value !== 'number' || format.value === 1) return;
  const message = `this Slipway reads format 1, and the file is written in format ${format.text}.`;
  const hint = format.value > 1 ? 'Update Slipway, or write `slipway: 1`.' : 'Write `slipway: 1`.';
  refuse(file, [{ code: 'LAUNCH_VERSION', path: ['slipway'], at: format.at, message, hint, suggestion: null }]);
}

function refuseIfAny(file: string, problems: readonly Problem[]): void {
  if (problems.length > 0) refuse(file, problems);
}

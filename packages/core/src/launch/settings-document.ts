import { fail, isSlipwayError } from '../errors/index.ts';
import { type Problem, refuse } from './problems.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { readYaml } from './source/read-yaml.ts';
import { type Path, placeOf, type SourceNode } from './source/source-node.ts';
import { validate } from './validate.ts';

/** The part of JSON Schema that settings files are described in: that of launch files. */
export type SettingsSchema = JsonSchema;

/** A value that its setting cannot take. */
export interface SettingFault {
  readonly path: Path;
  /** One sentence, without place and field. */
  readonly message: string;
  readonly hint: string;
}

/**
 * Reads a settings file as launch files are read: strictly, and with the place of everything that is wrong. `judge` says
 * what is wrong with a document that has the right shape. Raises SETTINGS_SYNTAX and SETTINGS_INVALID.
 */
export function readSettingsDocument(
  text: string,
  file: string,
  schema: SettingsSchema,
  judge: (root: SourceNode) => readonly SettingFault[],
): SourceNode {
  const root = read(text, file);
  const problems = validate(schema, root).map((problem): Problem => ({ ...problem, code: 'SETTINGS_INVALID' }));
  const faults = problems.length > 0 ? [] : judge(root);
  for (const { path, message, hint } of faults) {
    problems.push({ code: 'SETTINGS_INVALID', path, at: placeOf(root, path), message, hint, suggestion: null });
  }
  if (problems.length > 0) refuse(file, problems, 'settings file');
  return root;
}

function read(text: string, file: string): SourceNode {
  // Settings that are all commented out are none.
  if (text.split('\n').every((line) => /^\s*(#|$)/.test(line)))
    return { kind: 'map', at: { line: 1, column: 1 }, entries: [] };
  try {
    return readYaml(text, file);
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'LAUNCH_SYNTAX') throw error;
    const { where, hint } = error;
    // A number that is too long may be a secret without its quotes.
    const message = error.message.replace(/^\S+ (?=has more digits)/, 'This number ');
    throw fail('SETTINGS_SYNTAX', { message, where, hint });
  }
}

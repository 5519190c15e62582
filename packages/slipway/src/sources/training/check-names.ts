import { asSlipwayError, fail, isSlipwayError, type ProblemDetail, parseLaunch, writeLaunch } from '@slipway/core';
import { draftLaunch, type LaunchParts, type LaunchWords, launchFiles } from './draft-launch.ts';

interface NamedColumns {
  readonly path: string;
  readonly columns: readonly { readonly name: string }[];
}

/**
 * Refuses names that the launch file cannot hold, before anything is trained, in terms of what was asked for: there is
 * no launch file yet to point into. Raises USAGE, and TRAINING_DATA for names of columns.
 */
export function checkNames(parts: LaunchParts, table: NamedColumns): void {
  checkOutputs(parts.words, table);
  try {
    parseLaunch(writeLaunch(draftLaunch(parts)), launchFiles.launch);
  } catch (thrown) {
    if (!isSlipwayError(thrown)) throw thrown;
    throw inOwnTerms(problemOf(thrown), parts, table.path, thrown);
  }
}

/** A scored file has the columns of the file and the outputs beside them. */
function checkOutputs({ score, decision }: LaunchWords, table: NamedColumns): void {
  const columns = new Map(table.columns.map(({ name }) => [name.toLowerCase(), name]));
  for (const [option, name] of [['--score', score] as const, ['--decision', decision] as const]) {
    const column = columns.get(name.toLowerCase());
    if (column === undefined) continue;
    const message = `The ${option.slice(2)} cannot be called ${quoted(name)}: the data have a column ${quoted(column)}.`;
    throw fail('USAGE', { message, where: option, hint: `Give it another name with ${option}.` });
  }
  if (score.toLowerCase() !== decision.toLowerCase()) return;
  const message = `Score and decision cannot both be called ${quoted(score)}.`;
  throw fail('USAGE', { message, where: '--score, --decision', hint: 'Give one of them another name.' });
}

export type Said = Pick<ProblemDetail, 'field' | 'message' | 'hint'>;

/** The first problem of a launch file: with it mended, the next run tells the next. */
export function problemOf(thrown: unknown): Said {
  const { message, hint, details } = asSlipwayError(thrown);
  const [first] = (details as { readonly problems?: readonly Said[] } | undefined)?.problems ?? [];
  return first ?? { field: '', message, hint };
}

function inOwnTerms({ field, message, hint }: Said, parts: LaunchParts, path: string, cause: unknown): Error {
  const option = optionOf(field, parts.words);
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  if (option !== null) return fail('USAGE', { message: sentence, where: option, hint, cause });
  return fail('TRAINING_DATA', {
    message: `A column cannot have its name in a launch file: ${message}`,
    where: path,
    hint: 'Rename the column in the file, or leave it out with --features.',
    cause,
  });
}

/** The option that a field of the draft comes from, or null where it is the name of a column. */
function optionOf(field: string, { decision }: LaunchWords): string | null {
  if (field === 'model') return '--name';
  if (field === 'version') return '--model-version';
  if (field.endsWith('.threshold.at')) return '--threshold';
  if (!field.startsWith('output')) return null;
  return field.startsWith(`output.${decision}`) || field.startsWith(`output[${quoted(decision)}]`)
    ? '--decision'
    : '--score';
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

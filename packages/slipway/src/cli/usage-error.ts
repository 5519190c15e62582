import { fail, type SlipwayError } from '@slipway/core';
import type { CommanderError } from 'commander';

/**
 * A usage mistake that commander found, as USAGE. Commander's message is `error: WHAT`, and on a second line in
 * brackets the spelling that it thinks was meant.
 */
export function usageError(error: CommanderError, argv: readonly string[]): SlipwayError {
  const [first = '', second = ''] = error.message.split('\n');
  const what = inPlainWords(first.replace(/^error: /, ''));
  const suggestion = second.replace(/^\((.*)\)$/, '$1');
  const isUnknown = error.code === 'commander.unknownCommand';
  const command = isUnknown ? commandAround(what, argv) : commandOf(argv);
  const help = `\`${command} --help\` ${isUnknown ? 'lists the commands' : 'shows its arguments'}.`;
  return fail('USAGE', {
    message: `${what.charAt(0).toUpperCase()}${what.slice(1)}${/[.?!]$/.test(what) ? '' : '.'}`,
    where: command,
    hint: suggestion === '' ? help : `${suggestion} ${help}`,
  });
}

/** Commander speaks of its parser: `command-argument value 'x' is invalid for argument 'id'. WHAT TO WRITE`. */
function inPlainWords(text: string): string {
  return text
    .replace(/^command-argument value '([\s\S]*)' is invalid for argument '(.*?)'\./, "'$1' is no $2.")
    .replace(/^option '(?:-\w, )?(\S+?)(?: .*?)?' argument '([\s\S]*)' is invalid\./, "$1 does not take '$2'.");
}

/** The command that has no such second word, or `slipway` itself. */
function commandAround(what: string, argv: readonly string[]): string {
  const [, unknown = ''] = /'(.*)'/.exec(what) ?? [];
  return [
    'slipway',
    ...argv.slice(0, Math.max(0, argv.indexOf(unknown))).filter((word) => !word.startsWith('-') && word !== 'help'),
  ].join(' ');
}

/** Commands whose second word is a command of its own, with a help of its own. */
const groups: ReadonlySet<string> = new Set(['keys', 'outcomes']);

function commandOf(argv: readonly string[]): string {
  const [name, second] = argv.filter((word) => !word.startsWith('-'));
  if (name === undefined) return 'slipway';
  // An option's own word may stand there, where the second word is missing: then argv begins otherwise.
  return groups.has(name) && second !== undefined && argv[1] === second
    ? `slipway ${name} ${second}`
    : `slipway ${name}`;
}

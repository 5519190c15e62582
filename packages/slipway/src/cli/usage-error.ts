import { fail, type SlipwayError } from '@slipway/core';
import type { CommanderError } from 'commander';

/**
 * A usage mistake that commander found, as USAGE. Commander's message is `error: WHAT`, and on a second line in
 * brackets the spelling that it thinks was meant.
 */
export function usageError(error: CommanderError, argv: readonly string[]): SlipwayError {
  const [first = '', second = ''] = error.message.split('\n');
  const what = first.replace(/^error: /, '');
  const suggestion = second.replace(/^\((.*)\)$/, '$1');
  const command = error.code === 'commander.unknownCommand' ? 'slipway' : commandOf(argv);
  const help = `\`${command} --help\` ${command === 'slipway' ? 'lists the commands' : 'shows its arguments'}.`;
  return fail('USAGE', {
    message: `${what.charAt(0).toUpperCase()}${what.slice(1)}${/[.?!]$/.test(what) ? '' : '.'}`,
    where: command,
    hint: suggestion === '' ? help : `${suggestion} ${help}`,
  });
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

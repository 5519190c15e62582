import { type Command, CommanderError } from 'commander';
import { type CommandEntry, commandTable } from './command-table.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

export { processIo, reportCrashes } from './process-io.ts';

/**
 * The command line: runs the command that `argv` names (without node and script). Never throws; trouble is printed to
 * `io.stderr` and becomes the exit code.
 */
export async function main(
  argv: readonly string[],
  io: Io,
  table: readonly CommandEntry[] = commandTable,
): Promise<void> {
  try {
    const program = await createProgram(argv, io, table);
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(withoutHelpOfNothing(withKnownHelp(argv, table), program), { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return;
    // Loaded here, since a command that works needs none of it.
    const { reportError } = await import('./report-error.ts');
    reportError(thrown, argv, io);
  }
}

/** `nope --help` and `keys nope --help` ask for the help of what is not there, and are refused as `nope` is. */
function withoutHelpOfNothing(argv: readonly string[], program: Command): readonly string[] {
  const [name, second] = argv.filter((word) => !word.startsWith('-'));
  const has = (parent: Command, word: string) =>
    word === 'help' || parent.commands.some((each) => each.name() === word);
  const command = program.commands.find((each) => each.name() === name);
  const isGroup = command !== undefined && command.commands.length > 0;
  const isKnown =
    name === undefined ||
    (has(program, name) && !(isGroup && second !== undefined && argv[1] === second && !has(command, second)));
  return isKnown ? argv : argv.filter((word) => word !== '--help' && word !== '-h');
}

/** `help nope` asks for a command as `nope` does, and is refused as that is, with the one that was probably meant. */
function withKnownHelp(argv: readonly string[], table: readonly CommandEntry[]): readonly string[] {
  const [first, name] = argv;
  const known = first !== 'help' || name === undefined || table.some((entry) => entry.name === name);
  return known ? argv : argv.slice(1);
}

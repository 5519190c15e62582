import { CommanderError } from 'commander';
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
    else await program.parseAsync(withKnownHelp(argv, table), { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return;
    // Loaded here, since a command that works needs none of it.
    const { reportError } = await import('./report-error.ts');
    reportError(thrown, argv, io);
  }
}

/** `help nope` asks for a command as `nope` does, and is refused as that is, with the one that was probably meant. */
function withKnownHelp(argv: readonly string[], table: readonly CommandEntry[]): readonly string[] {
  const [first, name] = argv;
  const known = first !== 'help' || name === undefined || table.some((entry) => entry.name === name);
  return known ? argv : argv.slice(1);
}

import { Command } from 'commander';
import type { CommandEntry } from './command-table.ts';
import type { Io } from './io.ts';
import { settledIo } from './settled-io.ts';
import { styleFor } from './style.ts';

const firstExample = `
First steps:
  slipway init my-launch && cd my-launch
  slipway batch learners_to_score.csv scored_learners.csv
  slipway serve

Every command has examples: slipway COMMAND --help`;

/** The commander program for `argv`: every command by name and summary, the one that is asked for in full. */
export async function createProgram(argv: readonly string[], io: Io, table: readonly CommandEntry[]): Promise<Command> {
  const program = new Command('slipway')
    .description('Launch control for machine-learning models: one artifact and one launch file, every deployment.')
    .usage('COMMAND [arguments] [options]')
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .commandsGroup('Help:')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .addHelpText('after', firstExample);
  configureOutput(program, io);
  const wanted = wantedCommand(argv);
  for (const entry of table) {
    const command = declare(program, entry);
    if (entry.name === wanted) (await entry.load()).configure(command, entry.plain ? io : settledIo(command, io));
  }
  return program;
}

function declare(program: Command, { name, summary, group }: CommandEntry): Command {
  const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return program.command(name).summary(summary).description(description).helpGroup(group);
}

/** `batch` of `batch in.csv out.csv`, and of `help batch`. */
function wantedCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

function configureOutput(program: Command, io: Io): void {
  const bold = styleFor(io.stdout, io.env).bold;
  program.configureHelp({ styleTitle: bold, styleCommandText: bold });
  program.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    // Usage mistakes are printed like every other error, by report-error.ts.
    outputError: () => {},
    getOutHelpWidth: () => Math.min(io.stdout.columns, 110),
    getErrHelpWidth: () => Math.min(io.stderr.columns, 110),
    getOutHasColors: () => true,
    getErrHasColors: () => true,
  });
}

import { type AddHelpTextContext, Command } from 'commander';
import type { CommandEntry } from './command-table.ts';
import type { Io } from './io.ts';
import { settledIo } from './settled-io.ts';
import { styleFor } from './style.ts';
import { wrapProse } from './wrap-prose.ts';

const firstExample = `
First steps:
  slipway init my-launch && cd my-launch
  slipway batch learners_to_score.csv scored_learners.csv
  slipway serve

Every command has examples: slipway COMMAND --help`;

/** Longer lines are hard to read. */
const widthMax = 110;

/** The commander program for `argv`: every command by name and summary, the one that is asked for in full. */
export async function createProgram(argv: readonly string[], io: Io, table: readonly CommandEntry[]): Promise<Command> {
  const program = new HelpedCommand('slipway')
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

/** A command whose prose below the options is wrapped where the options are, in its own help and in its subcommands'. */
class HelpedCommand extends Command {
  override createCommand(name?: string): Command {
    return new HelpedCommand(name);
  }

  override addHelpText(
    position: 'before' | 'beforeAll' | 'after' | 'afterAll',
    text: string | ((context: AddHelpTextContext) => string),
  ): this {
    return super.addHelpText(position, (context: AddHelpTextContext) => {
      const { getOutHelpWidth, getErrHelpWidth } = this.configureOutput();
      const width = (context.error ? getErrHelpWidth : getOutHelpWidth)?.() ?? widthMax;
      return wrapProse(typeof text === 'string' ? text : text(context), width);
    });
  }
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
    getOutHelpWidth: () => Math.min(io.stdout.columns, widthMax),
    getErrHelpWidth: () => Math.min(io.stderr.columns, widthMax),
    getOutHasColors: () => true,
    getErrHasColors: () => true,
  });
}

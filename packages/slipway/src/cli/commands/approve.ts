import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { actionText } from './approvals.ts';

const examples = `
Carries out what was asked for. Whoever asked cannot approve; anybody can reject.

Examples:
  slipway approvals                                          what waits, with its id
  slipway approve 01998c1e-… --why "read the report"
  slipway approve 01998c1e-… --reject --why "not on a Friday"`;

interface Options extends ChangeOptions {
  readonly reject?: boolean;
}

export function configure(command: Command, io: Io): void {
  command.argument('<id>', 'the id of the request').option('--reject', 'say no');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action(async (id: string, options: Options) => {
      const change = changeOf(options, io);
      await withRegistry(io, async (registry) => {
        const approval = await (options.reject ? registry.reject(id, change) : registry.approve(id, change));
        if (options.json) return writeJson(io, approval);
        const { green, yellow, bold } = styleFor(io.stdout, io.env);
        const said = options.reject ? yellow('rejected') : green('approved');
        io.stdout.write(`${said}: ${bold(approval.model)} ${actionText(approval)}\n`);
      });
    });
}

import type { Command } from 'commander';
import { storeOf } from '../../registry/place.ts';
import type { Registry } from '../../registry/ports.ts';
import { demandIntact } from '../../registry/version-files.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { actionText } from './approvals.ts';

const examples = `
Carries out what was asked for, at once: exit code 0 means that production has moved, or with --reject that it will not.
Whoever asked cannot approve; anybody can reject.

Examples:
  slipway approvals                                    what waits, with its id
  slipway show a17                                     a request in full
  slipway approve a17 --why "read the report"
  slipway approve a17 --reject --why "not on a Friday"`;

interface Options extends ChangeOptions {
  readonly reject?: boolean;
}

export function configure(command: Command, io: Io): void {
  command.argument('<id>', 'the id of the request, such as a17').option('--reject', 'say no');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action(async (id: string, options: Options) => {
      const change = changeOf(options, io);
      await withRegistry(io, async (registry) => {
        if (!options.reject) await demandFiles(registry, id, io);
        const approval = await (options.reject ? registry.reject(id, change) : registry.approve(id, change));
        if (options.json) return writeJson(io, approval);
        const { green, yellow, bold } = styleFor(io.stdout, io.env);
        const said = options.reject ? yellow('rejected') : green('approved');
        io.stdout.write(`${said}: ${bold(approval.model)} ${actionText(approval)}\n`);
      });
    });
}

/** As for a promotion: what was whole when it was asked for may be damaged by now. */
async function demandFiles(registry: Registry, id: string, io: Io): Promise<void> {
  const open = (await registry.approvals()).find((approval) => approval.id === id);
  if (open?.action.kind !== 'promote') return;
  const version = await registry.version(open.model, open.action.version);
  await demandIntact(version, await storeOf(surroundingsOf(io)));
}

import { fail } from '@slipway/core';
import type { Command } from 'commander';
import { demandReference, findVersion, isAlias } from '../../registry/model-reference.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';

const examples = `
A version goes only when nothing points to it: no alias (nor \`previous\`), no record of a run, no open approval. Its files
stay in the artifact store until \`slipway gc\`; the audit log keeps that it was there, and its number is never used for
other files.

Examples:
  slipway delete learner-risk@0.9.0 --why "trained on the wrong term"`;

export function configure(command: Command, io: Io): void {
  withChangeOptions(command.argument('<version>', 'NAME@VERSION'))
    .addHelpText('after', examples)
    .action(async (text: string, options: ChangeOptions) => {
      const reference = demandReference(text);
      if (isAlias(reference)) {
        throw fail('USAGE', {
          message: `${JSON.stringify(text)} names an alias.`,
          hint: `Name the version itself: \`slipway show ${text}\` says which it is.`,
        });
      }
      const change = changeOf(options, io);
      await withRegistry(io, async (registry) => {
        const { model, version } = await findVersion(registry, reference);
        await registry.deleteVersion(model, version, change);
        if (options.json) writeJson(io, { deleted: { model, version } });
        else io.stdout.write(`${styleFor(io.stdout, io.env).bold(`${model}@${version}`)} is deleted\n`);
      });
    });
}

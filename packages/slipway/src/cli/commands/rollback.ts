import type { Command } from 'commander';
import { knownModel } from '../../registry/model-reference.ts';
import { aliasOrNull, checkExpected } from '../../registry/promote-version.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { moveText } from './promotion-text.ts';

const examples = `
Swaps the alias with what it pointed to before. It never waits for an approval: both versions were let in before, and a
rollback is for emergencies.

Examples:
  slipway rollback learner-risk --why "scores all alike since the move"
  slipway rollback learner-risk --alias staging
  slipway rollback learner-risk --expect 1.1.0     only if production is still 1.1.0`;

interface Options extends ChangeOptions {
  readonly alias: string;
  readonly expect?: string;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<name>', 'the model')
    .option('--alias <name>', 'the alias to move back', 'production')
    .option('--expect <version>', 'refuse when the alias does not point to this version now');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action(async (name: string, options: Options) => {
      const change = changeOf(options, io);
      const { alias, expect } = options;
      await withRegistry(io, async (registry) => {
        await knownModel(registry, name);
        const seen = await aliasOrNull(registry, name, alias);
        checkExpected(name, alias, expect, seen);
        // Two rollbacks at once would swap twice, and so undo each other.
        const expected = seen === null ? {} : { expected: seen.revision };
        const move = await registry.rollback(name, { ...change, ...expected, alias });
        if (options.json) writeJson(io, move);
        else io.stdout.write(moveText(move, styleFor(io.stdout, io.env)));
      });
    });
}

import type { Command } from 'commander';
import { demandReference, findVersion } from '../../registry/model-reference.ts';
import { storeOf } from '../../registry/place.ts';
import { promoteVersion } from '../../registry/promote-version.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { promotionText } from './promotion-text.ts';

const examples = `
Servers that follow the alias take the version up by themselves; \`slipway rollback\` takes the move back. Where the model
or its launch file asks for a second person, production waits for \`slipway approve\`: the exit code is then 11, since nothing
has moved yet, and 0 only when the alias points to the version.

Examples:
  slipway promote learner-risk@1.1.0
  slipway promote learner-risk@1.1.0 --alias staging
  slipway promote learner-risk@staging --why "a week in staging without an alert"
  slipway promote learner-risk@1.1.0 --expect 1.0.0     only if production is still 1.0.0`;

interface Options extends ChangeOptions {
  readonly alias: string;
  readonly expect?: string;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<version>', 'NAME@VERSION, or NAME@ALIAS for what another alias points to')
    .option('--alias <name>', 'the alias to move', 'production')
    .option('--expect <version>', 'refuse when the alias does not point to this version now');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action(async (text: string, options: Options) => {
      const reference = demandReference(text);
      const change = changeOf(options, io);
      const store = await storeOf(surroundingsOf(io));
      const { alias, expect } = options;
      await withRegistry(io, async (registry) => {
        const version = await findVersion(registry, reference);
        const promotion = await promoteVersion(registry, store, { version, alias, expect, change });
        if (promotion.kind === 'pending') io.exit(verdictExitCodes.inconclusive);
        if (options.json) writeJson(io, promotion);
        else io.stdout.write(promotionText(promotion, styleFor(io.stdout, io.env)));
      });
    });
}

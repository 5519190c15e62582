import { fail, nearest } from '@slipway/core';
import type { Command } from 'commander';
import { isAlias, knownModel, parseReference } from '../../registry/model-reference.ts';
import type { Registry } from '../../registry/ports.ts';
import { aliasOrNull, checkExpected } from '../../registry/promote-version.ts';
import { checkMovable } from '../../registry/store/check-input.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { styleFor } from '../style.ts';
import { rollbackText } from './promotion-text.ts';

const examples = `
Points the alias to the version that it pointed to before; once more, to the one before that. It never goes forward to a
version that was rolled back from: \`slipway promote\` does. It waits for no approval, since it goes to what was let in
before, and a rollback is for emergencies.

Examples:
  slipway rollback learner-risk --why "scores all alike since the move"
  slipway rollback learner-risk@staging
  slipway rollback learner-risk --expect 1.1.0     only if production is still 1.1.0`;

interface Options extends ChangeOptions {
  readonly alias?: string;
  readonly expect?: string;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('<name>', 'the model, or NAME@ALIAS')
    .option('--alias <name>', 'the alias to move back; default: production')
    .option('--expect <version>', 'refuse when the alias does not point to this version now');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action((name: string, options: Options) => rollBack(name, options, io));
}

async function rollBack(name: string, options: Options, io: Io): Promise<void> {
  const change = changeOf(options, io);
  const { model, alias } = whatToMove(name, options.alias);
  checkMovable(alias);
  await withRegistry(io, async (registry) => {
    await knownModel(registry, model);
    // The history before the alias: who moves it between the two looks is told, and not gone back behind.
    const last = (await registry.history(model, alias)).at(-1) ?? null;
    if (last === null) throw await neverMoved(registry, model, alias);
    checkExpected(model, alias, options.expect, await aliasOrNull(registry, model, alias));
    // Two people who roll back at once mean one step, not two.
    const move = await registry.rollback(model, { ...change, alias, expected: last.revision });
    const next = (await aliasOrNull(registry, model, alias))?.previous ?? null;
    if (options.json) writeJson(io, { ...move, next });
    else io.stdout.write(rollbackText(move, { last, next }, styleFor(io.stdout, io.env)));
  });
}

async function neverMoved(registry: Registry, model: string, alias: string) {
  const names = (await registry.aliases(model)).map((each) => each.alias);
  const near = nearest(alias, names);
  const there =
    names.length === 0 ? 'It has no alias yet: `slipway promote` makes one.' : `It has ${names.join(', ')}.`;
  return fail('ALIAS_NOT_FOUND', {
    message: `${model} has no alias ${alias}, so there is nothing to go back from.`,
    where: `${model}@${alias}`,
    hint: near === null ? there : `Did you mean ${model}@${near}?`,
  });
}

/** `NAME`, or `NAME@ALIAS` where `--alias` says nothing else. */
function whatToMove(name: string, option: string | undefined): { readonly model: string; readonly alias: string } {
  const reference = parseReference(name);
  if (reference === null) return { model: name, alias: option ?? 'production' };
  const { model, at } = reference;
  if (!isAlias(reference)) {
    throw fail('USAGE', {
      message: `${name} names a version; a rollback goes to the one before, whichever that is.`,
      hint: `\`slipway rollback ${model}\` moves production back; \`slipway promote ${name}\` moves it to ${at}.`,
    });
  }
  if (option !== undefined && option !== at) {
    throw fail('USAGE', {
      message: `${name} names the alias ${at}, and --alias names ${option}.`,
      hint: 'Name the alias once.',
    });
  }
  return { model, alias: at };
}

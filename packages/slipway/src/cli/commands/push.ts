import { type Launch, launchFacts } from '@slipway/core';
import type { Command } from 'commander';
import { storeOf } from '../../registry/place.ts';
import { promoteVersion } from '../../registry/promote-version.ts';
import type { Pushed } from '../../registry/push-launch.ts';
import type { Promotion } from '../../registry/types.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { bytesText, labelledLines } from '../lines.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { surroundingsOf } from '../surroundings.ts';
import { promotionText } from './promotion-text.ts';

const examples = `
The model is opened as it would be to serve it, its files are put into the artifact store by their digests, and then the
version names them. A version never changes: the same files again are no trouble, other files need a new \`version\` in
the launch file. Registry and store lie in .slipway/ of this folder, until SLIPWAY_HOME, SLIPWAY_REGISTRY or
SLIPWAY_ARTIFACTS say otherwise; a registry that was not there is made, with a line on stderr that says where. With --alias
the exit code is 11 where the alias waits for \`slipway approve\`.

Examples:
  slipway push                                      the launch file of this folder
  slipway push models/risk/launch.yaml --alias staging
  slipway push --why "retrained on the autumn term" --json`;

interface Options extends ChangeOptions {
  readonly alias?: string;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('[launch]', 'the launch file', 'launch.yaml')
    .option('--alias <name>', 'point this alias to the version then, as `slipway promote` does');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action((path: string, options: Options) => push(path, options, io));
}

async function push(path: string, options: Options, io: Io): Promise<void> {
  const { pushLaunch } = await import('../../registry/push-launch.ts');
  const change = changeOf(options, io);
  const surroundings = surroundingsOf(io);
  const store = await storeOf(surroundings);
  await withRegistry(
    io,
    async (registry) => {
      const pushed = await pushLaunch({ path, surroundings, registry, store, change });
      const { version } = pushed;
      const { alias } = options;
      const promotion = alias === undefined ? null : await promoteVersion(registry, store, { version, alias, change });
      if (promotion?.kind === 'pending') io.exit(verdictExitCodes.inconclusive);
      if (options.json) return writeJson(io, pushedJson(pushed, promotion));
      io.stdout.write(pushedText(pushed, promotion, store.where, styleFor(io.stdout, io.env)));
    },
    { create: true },
  );
}

function pushedJson({ version, isKnown, engine, bytes }: Pushed, promotion: Promotion | null): object {
  return { version, known: isKnown, engine: engine.session.engine, reason: engine.reason, bytes, promotion };
}

function pushedText(pushed: Pushed, promotion: Promotion | null, where: string, style: Style): string {
  const { version, isKnown, launch, engine, bytes } = pushed;
  const name = `${version.model}@${version.version}`;
  const said = isKnown ? 'was there already, with the same files: nothing changed' : 'is in the registry';
  const all = Object.values(bytes).reduce((sum, size) => sum + size, 0);
  const rows: [string, string][] = [
    ['artifact', `${version.artifact}, ${bytesText(bytes.artifact ?? 0)}`],
    ['files', `${Object.keys(bytes).join(', ')}: ${bytesText(all)} in ${where}`],
    ['engine', `${engine.session.engine}: ${engine.reason}`],
    ['facts', factsText(launch)],
  ];
  const next =
    promotion === null
      ? `\n${style.bold('Try next')}\n${labelledLines([
          [`slipway promote ${name}`, 'let production point to it'],
          [`slipway show ${name}`, 'all that is known of it'],
        ])}`
      : `\n${promotionText(promotion, style)}`;
  return `${style.bold(name)} ${isKnown ? said : style.green(said)}\n${labelledLines(rows)}${next}`;
}

function factsText(launch: Launch): string {
  const open = launchFacts(launch).filter((fact) => !fact.documented);
  if (open.length === 0) return 'all eight are documented';
  return `${open.map((fact) => fact.name).join(', ')} not documented yet; \`slipway check\` says what to write`;
}

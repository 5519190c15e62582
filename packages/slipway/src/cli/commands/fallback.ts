import type { Command } from 'commander';
import { type FallbackSwitch, fallbackSwitch, turnFallback } from '../../registry/fallback-switch.ts';
import { knownModel } from '../../registry/model-reference.ts';
import { instantText } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { type ChangeOptions, changeOf, withChangeOptions, withRegistry, writeJson } from '../registry-command.ts';
import { askServer, turnOnServer } from './fallback-server.ts';

const examples = `
The kill switch. While it is on, the fallback of the launch file answers in place of the model, in every version, and each
answer says so ("fallback": {"reason": "switched"}); a model without a fallback answers 503, MODEL_SWITCHED_OFF.

Use it when the model does harm and you do not know yet which version does not: it takes effect on every server that
follows the registry within two seconds, and it stays over restarts. When the version before was right, use
\`slipway rollback\` instead: then users get predictions, not the fallback.

The registry keeps the switch, and its audit log who turned it and why. A server of launch files alone follows no
registry: turn its own switch with --url, which holds until that server ends. Such a server wants a key of scope operate
where it asks for keys: set SLIPWAY_KEY.

Examples:
  slipway fallback on learner-risk --why "scores all alike since noon"
  slipway fallback off learner-risk --why "fixed in 1.3.1"
  slipway fallback status learner-risk
  slipway fallback on learner-risk --url http://127.0.0.1:8080`;

interface Options extends ChangeOptions {
  readonly url?: string;
}

export function configure(command: Command, io: Io): void {
  command.addHelpText('after', examples);
  const turn = (word: 'on' | 'off', description: string) =>
    withUrl(withChangeOptions(command.command(word).description(description).argument('<model>', 'its name'))).action(
      (model: string, options: Options) => turnSwitch(model, word === 'on', options, io),
    );
  turn('on', 'Have the fallback answer in place of the model.');
  turn('off', 'Have the model answer again.');
  withUrl(
    command
      .command('status')
      .description('Say who answers, and who turned the switch last.')
      .argument('<model>', 'its name')
      .option('--json', 'print one JSON document'),
  ).action((model: string, options: Options) => showSwitch(model, options, io));
}

function withUrl(command: Command): Command {
  return command.option('--url <url>', 'of one server, in place of the registry');
}

async function turnSwitch(model: string, on: boolean, options: Options, io: Io): Promise<void> {
  if (options.url !== undefined) {
    const turned = await turnOnServer(options.url, model, on, io.env.SLIPWAY_KEY);
    if (options.json) writeJson(io, turned);
    else io.stdout.write(`${answersText(model, turned.on)} at ${options.url}.${keptText(on, turned)}\n`);
    return;
  }
  const change = changeOf(options, io);
  await withRegistry(io, async (registry) => {
    await knownModel(registry, model);
    const isTurned = await turnFallback(registry, model, on, change);
    if (options.json) writeJson(io, { ...(await fallbackSwitch(registry, model)), turned: isTurned });
    else io.stdout.write(`${answersText(model, on)}${isTurned ? '' : ', as before'}. ${followText}\n`);
  });
}

async function showSwitch(model: string, options: Options, io: Io): Promise<void> {
  if (options.url !== undefined) {
    const { on, by } = await askServer(options.url, model, io.env.SLIPWAY_KEY);
    if (options.json) writeJson(io, { model, on, by });
    else io.stdout.write(`${answersText(model, on)} at ${options.url}.\n`);
    return;
  }
  await withRegistry(io, async (registry) => {
    await knownModel(registry, model);
    const stand = await fallbackSwitch(registry, model);
    if (options.json) writeJson(io, stand);
    else io.stdout.write(`${answersText(model, stand.on)}${sinceText(stand)}.\n`);
  });
}

const followText = 'Servers that follow the registry do so within two seconds.';

function answersText(model: string, on: boolean): string {
  return on ? `${model} is switched off: its fallback answers` : `${model} is switched on: the model answers`;
}

/** Where the server was told one thing, and the registry keeps the other. */
function keptText(on: boolean, turned: { readonly on: boolean }): string {
  return on === turned.on ? '' : ` The registry keeps it off: \`slipway fallback off\` without --url turns that.`;
}

function sinceText({ turnedAt, by }: FallbackSwitch): string {
  return turnedAt === null ? '; the switch was never turned' : `, since ${instantText(turnedAt)}, by ${by}`;
}

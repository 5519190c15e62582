import { fail } from '@slipway/core';
import type { Command } from 'commander';
import { knownModel } from '../../registry/model-reference.ts';
import type { Registry } from '../../registry/ports.ts';
import type { Approval } from '../../registry/types.ts';
import { instantText } from '../../system/wording.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import {
  actorText,
  type ChangeOptions,
  changeOf,
  withChangeOptions,
  withRegistry,
  writeJson,
} from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { tableText } from '../table.ts';
import { requestedText } from './promotion-text.ts';

const examples = `
A model that asks for approval moves \`production\` only when a second person agrees. The launch file of a version asks for
it with \`rollout.approve\`, the model itself with --require; to take that back needs an approval, too: --no-require only asks
for it, with exit code 11 until it is given.

Examples:
  slipway approvals                            what waits
  slipway approvals learner-risk --all         also what was decided
  slipway approvals learner-risk --require     from now on a second person must agree
  slipway approvals learner-risk --no-require --why "moved to another gate"`;

interface Options extends ChangeOptions {
  readonly all?: boolean;
  readonly require?: boolean;
}

export function configure(command: Command, io: Io): void {
  // Of the two forms of an option, Commander keeps the last.
  const given = new Set<string>();
  for (const form of ['require', 'no-require']) command.on(`option:${form}`, () => given.add(form));
  command
    .argument('[name]', 'the model')
    .option('--all', 'also those that were decided or have expired')
    .option('--require', 'let production of the model wait for a second person')
    .option('--no-require', 'let one person move it');
  withChangeOptions(command)
    .addHelpText('after', examples)
    .action((name: string | undefined, options: Options) =>
      withRegistry(io, async (registry) => {
        // Commander takes an option that has a `no-` form for true where neither is given.
        const asked = command.getOptionValueSource('require') === 'cli';
        if (given.size > 1) throw bothWays();
        if (asked) return require(registry, name, options, io);
        if (name !== undefined) await knownModel(registry, name);
        const approvals = await registry.approvals({ model: name, all: options.all });
        if (options.json) return writeJson(io, { approvals });
        io.stdout.write(approvalsText(approvals, styleFor(io.stdout, io.env)));
      }),
    );
}

function bothWays() {
  return fail('USAGE', {
    message: '--require and --no-require exclude each other.',
    where: 'slipway approvals',
    hint: 'Give one of them.',
  });
}

async function require(registry: Registry, name: string | undefined, options: Options, io: Io): Promise<void> {
  if (name === undefined) {
    throw fail('USAGE', { message: 'No model is named.', hint: 'slipway approvals NAME --require' });
  }
  await knownModel(registry, name);
  const asked = await registry.setApprove(name, options.require === true, changeOf(options, io));
  if (asked !== null) io.exit(verdictExitCodes.inconclusive);
  if (options.json) {
    const isAskedAlready = asked?.isAskedAlready ?? false;
    return writeJson(io, {
      model: name,
      approve: options.require === true,
      approval: asked?.approval ?? null,
      isAskedAlready,
    });
  }
  const style = styleFor(io.stdout, io.env);
  const now = options.require ? 'moves production only when a second person agrees' : 'needs no second person';
  io.stdout.write(
    asked === null
      ? `${style.bold(name)} ${now}
`
      : requestedText(asked, style),
  );
}

function approvalsText(approvals: readonly Approval[], style: Style): string {
  if (approvals.length === 0) return 'Nothing waits for approval.\n';
  const rows = approvals.map((approval) => [
    approval.id,
    approval.model,
    actionText(approval),
    actorText(approval.requestedBy),
    instantText(approval.requestedAt),
    stateText(approval),
    (approval.why ?? '').replace(/\s+/g, ' '),
  ]);
  return tableText(['id', 'model', 'what', 'asked by', 'at', 'state', 'why'], rows, style);
}

export function actionText({ action }: Pick<Approval, 'action'>): string {
  if (action.kind === 'promote') return `${action.alias} → ${action.version}`;
  return action.approve ? 'a second person must agree' : 'no second person any more';
}

export function stateText({ state, decidedBy, expiresAt }: Approval): string {
  if (state === 'open') return `open until ${instantText(expiresAt)}`;
  return decidedBy === null ? state : `${state} by ${actorText(decidedBy)}`;
}

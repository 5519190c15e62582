import { randomBytes } from 'node:crypto';
import { nearest } from '@slipway/core';
import type { Command } from 'commander';
import { ensureAdminKey } from '../../keys/admin-key.ts';
import { createKey } from '../../keys/create-key.ts';
import { type KeyState, keyState } from '../../keys/key-state.ts';
import { type Scope, scopes } from '../../keys/scopes.ts';
import type { Registry } from '../../registry/ports.ts';
import type { KeyRecord } from '../../registry/types.ts';
import { systemClock } from '../../system/clock.ts';
import { instantText } from '../../system/wording.ts';
import type { Io } from '../io.ts';
import { expiryOption, rateOption, scopesOption } from '../key-options.ts';
import { labelledLines } from '../lines.ts';
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

const examples = `
The registry keeps a digest of each key, and never the key: it is printed once, alone on stdout. Where SLIPWAY_ADMIN_KEY
or SLIPWAY_ADMIN_KEY_FILE is set, that key is added as one of scope admin.

Examples:
  slipway keys create --name ci --scope predict,operate --expires 90d --rate 100/s
  slipway keys create --name mentor-page --scope predict --model learner-risk > mentor-page.key
  slipway keys list
  slipway keys revoke 4kq2m9ta --why "left the company"`;

interface CreateOptions extends ChangeOptions {
  readonly name: string;
  readonly scope: readonly Scope[];
  readonly model?: string;
  readonly expires?: number;
  readonly rate?: number;
}

export function configure(command: Command, io: Io): void {
  command.addHelpText('after', examples);
  withChangeOptions(
    command
      .command('create')
      .description('Make a key and print it: the one time that it can be seen.')
      .requiredOption('--name <name>', 'who or what it is for')
      .requiredOption('--scope <scopes>', `what it may do: ${scopes.join(', ')}, with commas between`, scopesOption)
      .option('--model <model>', 'for this model alone')
      .option(
        '--expires <time>',
        'how long it is good for, like 12h or 90d; default: until it is revoked',
        expiryOption,
      )
      .option('--rate <rate>', 'how often it may ask, like 100/s or 600/m', rateOption),
  ).action((options: CreateOptions) => create(options, io));
  command
    .command('list')
    .description('List the keys: what they may do, until when, and how to recognise them.')
    .option('--json', 'print one JSON document')
    .action((options: { readonly json?: boolean }) => list(options, io));
  withChangeOptions(
    command
      .command('revoke')
      .description('End a key, now and for ever.')
      .argument('<id>', 'its id, as `keys list` has it'),
  ).action((id: string, options: ChangeOptions) => revoke(id, options, io));
}

async function create(options: CreateOptions, io: Io): Promise<void> {
  const { name, scope, model = null, expires, rate: ratePerSecond = null, json } = options;
  const expiresAt = expires === undefined ? null : new Date(systemClock.wallMs() + expires).toISOString();
  const request = { name, scopes: scope, model, ratePerSecond, expiresAt };
  const { record, text } = await withKeys(io, true, async (registry) => {
    if (model !== null) await warnOfUnknown(registry, model, io);
    return createKey(registry, request, changeOf(options, io), randomBytes);
  });
  if (json) return writeJson(io, { ...shownKey(record), key: text });
  const style = styleFor(io.stderr, io.env);
  const facts: [string, string][] = [
    ['may', record.scopes.join(', ')],
    ['until', record.expiresAt === null ? 'it is revoked' : instantText(record.expiresAt)],
    ['rate', rateText(record)],
  ];
  io.stderr.write(`${style.bold(`Key ${record.id} for ${name}`)}\n${labelledLines(facts)}`);
  io.stderr.write('Keep it now: it is not shown again.\n');
  io.stdout.write(`${text}\n`);
}

/** The key is made all the same: a key may be there before the first push of its model. */
async function warnOfUnknown(registry: Registry, model: string, io: Io): Promise<void> {
  const names = (await registry.models()).map((summary) => summary.model);
  if (names.includes(model)) return;
  const near = nearest(model, names);
  const meant = near === null ? '' : ` Did you mean ${near}?`;
  const { yellow } = styleFor(io.stderr, io.env);
  io.stderr.write(`${yellow('warning')}: there is no model ${model} in the registry yet.${meant}\n`);
}

async function list({ json }: { readonly json?: boolean }, io: Io): Promise<void> {
  const keys = await withKeys(io, false, (registry) => registry.keys());
  if (json) return writeJson(io, { keys: keys.map((key) => ({ ...shownKey(key), state: stateOf(key) })) });
  if (keys.length === 0) return io.stdout.write('There are no keys. `slipway keys create` makes one.\n');
  const style = styleFor(io.stdout, io.env);
  const head = ['id', 'last four', 'name', 'may', 'rate', 'made', 'by', 'state'];
  io.stdout.write(
    tableText(
      head,
      keys.map((key) => rowOf(key, style)),
      style,
    ),
  );
}

async function revoke(id: string, options: ChangeOptions, io: Io): Promise<void> {
  const key = await withKeys(io, false, (registry) => registry.revokeKey(id, changeOf(options, io)));
  if (options.json) return writeJson(io, shownKey(key));
  io.stdout.write(`Key ${key.id} for ${key.name} is revoked. Whoever checks keys refuses it within 5 seconds.\n`);
}

/** Opens the registry with the admin key of the settings in it. */
function withKeys<T>(io: Io, create: boolean, work: (registry: Registry) => Promise<T>): Promise<T> {
  const adminKey = io.env.SLIPWAY_ADMIN_KEY || null;
  const open = async (registry: Registry) => {
    if (adminKey !== null && (await ensureAdminKey(registry, adminKey))) {
      io.stderr.write('The admin key of the settings is added.\n');
    }
    return work(registry);
  };
  return withRegistry(io, open, { create: create || adminKey !== null });
}

/** Digests are of no use to a reader, and of some to an attacker. */
function shownKey({ secretDigest: _, ...rest }: KeyRecord): Omit<KeyRecord, 'secretDigest'> {
  return rest;
}

function rowOf(key: KeyRecord, style: Style): readonly string[] {
  const { id, lastFour, name, scopes: granted, createdAt, by } = key;
  const state = stateOf(key);
  const until = key.expiresAt === null ? '' : `, until ${instantText(key.expiresAt)}`;
  const colour = { active: style.green, expired: style.yellow, revoked: style.red }[state];
  const ends = lastFour === null ? '' : `…${lastFour}`;
  const made = createdAt.slice(0, 10);
  const stated = `${colour(state)}${state === 'active' ? until : ''}`;
  return [id, ends, name, granted.join(', '), rateText(key), made, actorText(by), stated];
}

function stateOf(key: KeyRecord): KeyState {
  return keyState(key, systemClock.wallMs());
}

/** In the shortest unit in which it is a whole number, as it was most likely given. */
function rateText({ ratePerSecond }: KeyRecord): string {
  if (ratePerSecond === null) return 'no limit';
  for (const [unit, seconds] of [
    ['s', 1],
    ['m', 60],
    ['h', 3600],
  ] as const) {
    const rate = Number((ratePerSecond * seconds).toPrecision(12));
    if (Number.isInteger(rate)) return `${rate}/${unit}`;
  }
  return `${Number(ratePerSecond.toPrecision(6))}/s`;
}

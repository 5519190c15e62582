import type { Command } from 'commander';
import { registryOf } from '../registry/place.ts';
import type { Registry } from '../registry/ports.ts';
import type { Actor, Change, Instant } from '../registry/types.ts';
import { actorOf } from '../registry/who.ts';
import type { Io } from './io.ts';
import { surroundingsOf } from './surroundings.ts';

/** Opens the registry for a command and closes it after; makes one only where `create` says so. */
export async function withRegistry<T>(
  io: Io,
  work: (registry: Registry) => Promise<T>,
  { create = false }: { readonly create?: boolean } = {},
): Promise<T> {
  const registry = await registryOf(surroundingsOf(io), { create });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** What every command that changes something takes. */
export interface ChangeOptions {
  readonly by?: string;
  readonly why?: string;
  readonly json?: boolean;
}

export function withChangeOptions(command: Command): Command {
  return command
    .option('--by <who>', 'who makes the change; default: SLIPWAY_USER, or the login name')
    .option('--why <text>', 'why, for the audit log')
    .option('--json', 'print one JSON document');
}

export function changeOf({ by, why }: ChangeOptions, io: Io): Change {
  const change = { by: actorOf(by, io.env) };
  return why === undefined ? change : { ...change, why };
}

export function actorText({ kind, id }: Actor): string {
  return kind === 'person' ? id : `${kind} ${id}`;
}

/** `2026-11-24 15:20 UTC`. */
export function instantText(instant: Instant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

export function writeJson(io: Io, document: unknown): void {
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

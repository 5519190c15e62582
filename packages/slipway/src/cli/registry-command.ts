import type { Command } from 'commander';
import { withAddress } from '../registry/model-reference.ts';
import { registryOf } from '../registry/place.ts';
import type { Registry } from '../registry/ports.ts';
import type { Actor, AuditHead, Change } from '../registry/types.ts';
import { actorOf } from '../registry/who.ts';
import type { Io } from './io.ts';
import { surroundingsOf } from './surroundings.ts';

/** Opens the registry for a command and closes it after; makes one only where `create` says so, and says that it did. */
export async function withRegistry<T>(
  io: Io,
  work: (registry: Registry) => Promise<T>,
  { create = false }: { readonly create?: boolean } = {},
): Promise<T> {
  const onMade = (where: string) => io.stderr.write(`new registry: ${where}\n`);
  const registry = await registryOf(surroundingsOf(io), create ? { create, onMade } : { create });
  try {
    return await work(registry);
  } catch (thrown) {
    throw withAddress(registry, thrown);
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

/** `12:9f86…`, as `slipway audit verify --head` takes it. */
export function headText({ sequence, hash }: AuditHead): string {
  return `${sequence}:${hash}`;
}

export function writeJson(io: Io, document: unknown): void {
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

import { userInfo } from 'node:os';
import { fail } from '@slipway/core';
import type { Actor } from './types.ts';

/** Who makes a change: as told, by SLIPWAY_USER, or the login name. Raises USAGE where there is none of these. */
export function actorOf(told: string | undefined, env: Readonly<Record<string, string | undefined>>): Actor {
  const id = told ?? (env.SLIPWAY_USER || loginName());
  if (id !== null && id.trim() !== '') return { kind: 'person', id };
  throw fail('USAGE', {
    message: 'Nobody is named who makes the change.',
    hint: 'Pass --by WHO, or set SLIPWAY_USER.',
  });
}

/** Null in a container whose user has no name. */
function loginName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}

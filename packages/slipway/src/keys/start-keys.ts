import type { Clock } from '@slipway/core';
import type { Keys } from '../registry/ports.ts';
import { ensureAdminKey } from './admin-key.ts';
import { type KeyChecker, type KeyCheckOptions, openKeys } from './open-keys.ts';

export interface StartKeysOptions extends KeyCheckOptions {
  /** The admin key of the settings (`SLIPWAY_ADMIN_KEY`, or its secret file); null where none is set. */
  readonly adminKey: string | null;
}

/**
 * Keys as a server has them from its start: the admin key of the settings is in the registry, so that somebody can get
 * in, and requests are checked. Raises SETTINGS_INVALID for an admin key that cannot be one, and REGISTRY_UNAVAILABLE.
 */
export async function startKeys(
  registry: Pick<Keys, 'addKey' | 'keyBySecret'>,
  clock: Clock,
  { adminKey, ...options }: StartKeysOptions,
): Promise<{ readonly keys: KeyChecker; readonly adminKeyAdded: boolean }> {
  const adminKeyAdded = adminKey !== null && (await ensureAdminKey(registry, adminKey));
  return { keys: openKeys(registry, clock, options), adminKeyAdded };
}

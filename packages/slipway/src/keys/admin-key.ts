import { fail, isSlipwayError } from '@slipway/core';
import type { Keys } from '../registry/ports.ts';
import { keyDigest, looksLikeKey, readKeyText } from './key-text.ts';

/** Who adds it, in the audit log. */
const by = { kind: 'system', id: 'settings' } as const;

/**
 * Sees to it that the registry knows the admin key of the settings, by its digest. Another value adds a key and leaves
 * the one before, which is revoked by its id like any other; and one that was revoked stays so. Answers whether a key
 * was added. Raises SETTINGS_INVALID for a key of ours with a typo in it.
 */
export async function ensureAdminKey(registry: Pick<Keys, 'addKey' | 'keyBySecret'>, text: string): Promise<boolean> {
  if (looksLikeKey(text) && readKeyText(text) === 'malformed') {
    throw fail('SETTINGS_INVALID', {
      message: 'The admin key begins like a key of Slipway, and its checksum does not fit.',
      where: 'SLIPWAY_ADMIN_KEY',
      hint: 'Copy it again, or make another secret with `openssl rand -hex 32`.',
    });
  }
  const secretDigest = keyDigest(text);
  if ((await registry.keyBySecret(secretDigest)) !== null) return false;
  const id = `admin-${secretDigest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  const key = { id, name: 'admin key of the settings', secretDigest, lastFour: text.slice(-4), scopes: ['admin'] };
  try {
    await registry.addKey({ ...key, ratePerSecond: null, expiresAt: null }, { by, why: 'SLIPWAY_ADMIN_KEY was set' });
    return true;
  } catch (error) {
    // Another replica that starts at the same time was faster.
    if (isSlipwayError(error) && error.code === 'REGISTRY_CONFLICT') return false;
    throw error;
  }
}

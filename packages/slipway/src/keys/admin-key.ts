import { fail, isSlipwayError } from '@slipway/core';
import type { Keys } from '../registry/ports.ts';
import { keyDigest, looksLikeKey, readKeyText } from './key-text.ts';

/** Who adds it, in the audit log. */
const by = { kind: 'system', id: 'settings' } as const;
const where = 'SLIPWAY_ADMIN_KEY';
/** What a header carries unchanged, no shorter than nobody guesses, and no longer than `openKeys` reads. */
const form = /^[\x21-\x7e]{32,500}$/;

/**
 * Sees to it that the registry knows the admin key of the settings, by its digest. Another value adds a key and leaves
 * the one before, which is revoked by its id like any other; and one that was revoked stays so. Answers whether a key
 * was added. Raises SETTINGS_INVALID for a key of ours with a typo in it, and for one that no request could bring.
 */
export async function ensureAdminKey(registry: Pick<Keys, 'addKey' | 'keyBySecret'>, text: string): Promise<boolean> {
  if (!form.test(text)) {
    throw fail('SETTINGS_INVALID', {
      message: 'The admin key is not of 32 to 500 letters, digits and signs of ASCII, without spaces.',
      where,
      hint: 'Make one with `openssl rand -hex 32`.',
    });
  }
  if (looksLikeKey(text) && readKeyText(text) === 'malformed') {
    throw fail('SETTINGS_INVALID', {
      message: 'The admin key begins like a key of Slipway, and its checksum does not fit.',
      where,
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

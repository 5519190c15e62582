import { fail } from '@slipway/core';
import type { Keys } from '../registry/ports.ts';
import type { Change, KeyRecord } from '../registry/types.ts';
import { keyDigest, newKeyText } from './key-text.ts';
import { type Scope, scopes } from './scopes.ts';

export interface KeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** For one model alone; null for every model. */
  readonly model: string | null;
  readonly ratePerSecond: number | null;
  readonly expiresAt: string | null;
}

/** Makes a key. Its text is in the answer and nowhere else: the registry keeps a digest. Raises USAGE. */
export async function createKey(
  registry: Pick<Keys, 'addKey'>,
  request: KeyRequest,
  change: Change,
  randomBytes: (count: number) => Uint8Array,
): Promise<{ readonly record: KeyRecord; readonly text: string }> {
  const { name, model, ratePerSecond, expiresAt } = request;
  if (model !== null && request.scopes.includes('admin')) {
    throw fail('USAGE', {
      message: 'A key of scope admin is for every model.',
      hint: `Leave --model out, or give other scopes: ${scopes.filter((scope) => scope !== 'admin').join(', ')}.`,
    });
  }
  const { id, text } = newKeyText(randomBytes);
  const granted = request.scopes.map((scope) => (model === null ? scope : `${scope}:${model}`));
  const key = { id, name, secretDigest: keyDigest(text), lastFour: text.slice(-4), scopes: granted };
  const record = await registry.addKey({ ...key, ratePerSecond, expiresAt }, change);
  return { record, text };
}

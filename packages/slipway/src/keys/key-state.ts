import type { KeyRecord } from '../registry/types.ts';

/** Whether a key lets anybody in: what a check refuses and what a list shows must be one. */
export type KeyState = 'active' | 'expired' | 'revoked';

export function keyState(
  { revokedAt, expiresAt }: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>,
  nowMs: number,
): KeyState {
  if (revokedAt !== null) return 'revoked';
  // An end that is no instant has passed: what nobody can read must not last for ever.
  return expiresAt === null || Date.parse(expiresAt) > nowMs ? 'active' : 'expired';
}

import { createHash } from 'node:crypto';

/**
 * By this an audit entry knows the secret of a key: SHA-256 in hex over the digest that the key is found by, since that
 * digest itself is not for everybody who reads the log.
 */
export function secretFingerprint(secretDigest: string): string {
  return createHash('sha256').update(secretDigest).digest('hex');
}

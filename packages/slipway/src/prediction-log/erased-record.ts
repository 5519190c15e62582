import type { PredictionEvent } from '@slipway/core';
import { type Erasure, saltedDigest } from './erasures.ts';

/**
 * What `erasedBy` says in SQL, of one record. A record whose time cannot be read counts as of before; one that is no JSON
 * says nothing of its unit.
 */
export function isErasedBy({ at, model, salt, digests }: Erasure, record: PredictionEvent | null): boolean {
  if (record === null || typeof record.unit !== 'string' || (model !== null && record.model !== model)) return false;
  const isLater = Date.parse(record.at) > Date.parse(at);
  return !isLater && digests.includes(saltedDigest(salt, record.unit));
}

import { createHash } from 'node:crypto';
import { fail, type SlipwayError } from '@slipway/core';
import type { Digest } from '../types.ts';

/** What is put into a store: all at once, or as it comes. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

const digestForm = /^sha256:([0-9a-f]{64})$/;
const keyForm = /^sha256\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;

/** `sha256:abcd...` as `sha256/ab/abcd...`: the place of the bytes in every store. Raises ARTIFACT_NOT_FOUND for what is no digest. */
export function keyOf(digest: Digest): string {
  const hex = digestForm.exec(digest)?.[1];
  if (hex !== undefined) return `sha256/${hex.slice(0, 2)}/${hex}`;
  throw fail('ARTIFACT_NOT_FOUND', { message: `${JSON.stringify(digest.slice(0, 100))} is no digest.` });
}

/** The digest whose place this is; null for anything else that lies in a store. */
export function digestAt(key: string): Digest | null {
  const hex = keyForm.exec(key)?.[2];
  return hex === undefined ? null : `sha256:${hex}`;
}

export function digestOfBytes(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export async function* chunksOf(content: Content): AsyncIterable<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

/** Whoever reads gets the bytes that were asked for, or this. */
export function lyingStore(where: string, digest: Digest, found: Digest): SlipwayError {
  return fail('ARTIFACT_DIGEST_MISMATCH', {
    message: `The store answered other bytes than those of ${digest}: theirs is ${found}.`,
    where,
    hint: 'The stored file is damaged: pushing the version again from its launch file puts the right bytes in its place, and so does a restore from a backup.',
    details: { digest, found },
  });
}

/** Trouble of a disk as STORE_UNAVAILABLE: full, read-only, not allowed. */
export function storeFault(where: string, cause: unknown): SlipwayError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' ? 'it is full' : message;
  return fail('STORE_UNAVAILABLE', {
    message: `The artifact store cannot be read or written: ${reason}.`,
    where,
    cause,
  });
}

export function notInStore(where: string, digest: Digest): SlipwayError {
  return fail('ARTIFACT_NOT_FOUND', {
    message: `The store holds nothing of the digest ${digest}.`,
    where,
    hint: 'Check SLIPWAY_ARTIFACTS; where the file is lost, push the version again from its launch file.',
  });
}

import { fail, isSlipwayError } from '@slipway/core';
import type { ArtifactStore, Registry } from '../ports.ts';
import type { Digest } from '../types.ts';

export interface CopySummary {
  /** Those that the registry names. */
  readonly inUse: number;
  /** Those that had to be copied: the rest was there already. */
  readonly copied: number;
  readonly bytes: number;
}

/**
 * Copies every artifact that a version names from one store to another, one at a time. Each is verified when it is read
 * and named by its digest when it is written, so that a second run goes on where the first was stopped. Raises what the
 * stores raise: ARTIFACT_NOT_FOUND, ARTIFACT_DIGEST_MISMATCH, STORE_UNAVAILABLE.
 */
export async function copyArtifacts(registry: Registry, from: ArtifactStore, to: ArtifactStore): Promise<CopySummary> {
  const digests = await registry.digestsInUse();
  let [copied, bytes] = [0, 0];
  for (const digest of digests) {
    if (await isIntact(to, digest)) continue;
    const content = await from.get(digest);
    const written = await to.put(content);
    if (written !== digest) {
      throw fail('ARTIFACT_DIGEST_MISMATCH', { message: `${digest} arrived as ${written}.`, where: to.where });
    }
    copied += 1;
    bytes += content.length;
  }
  return { inUse: digests.size, copied, bytes };
}

/** A copy that was damaged since is made again. */
async function isIntact(store: ArtifactStore, digest: Digest): Promise<boolean> {
  try {
    await store.verify(digest);
    return true;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    if (error.code === 'ARTIFACT_NOT_FOUND' || error.code === 'ARTIFACT_DIGEST_MISMATCH') return false;
    throw error;
  }
}

export interface StoreVerdict {
  readonly inUse: number;
  readonly missing: readonly Digest[];
  readonly damaged: readonly Digest[];
}

/** Reads every artifact that a version names, to see whether it is there and is what it should be. */
export async function verifyArtifacts(registry: Registry, store: ArtifactStore): Promise<StoreVerdict> {
  const digests = await registry.digestsInUse();
  const [missing, damaged]: [Digest[], Digest[]] = [[], []];
  for (const digest of digests) {
    try {
      await store.verify(digest);
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      if (error.code === 'ARTIFACT_NOT_FOUND') missing.push(digest);
      else if (error.code === 'ARTIFACT_DIGEST_MISMATCH') damaged.push(digest);
      else throw error;
    }
  }
  return { inUse: digests.size, missing, damaged };
}

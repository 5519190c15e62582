import { join } from 'node:path';
import { isSlipwayError } from '@slipway/core';
import type { ModelFiles } from '../artifact/model-files.ts';
import { type FolderStore, folderStore } from './artifacts/folder-store.ts';
import type { ArtifactStore } from './ports.ts';
import type { Digest, Version } from './types.ts';

const lostCodes: ReadonlySet<string> = new Set(['ARTIFACT_NOT_FOUND', 'ARTIFACT_DIGEST_MISMATCH']);

/**
 * Brings the files of a version to this machine, each verified, and answers where they lie. A store that is a folder is
 * read where it is; the files of another go to the cache, which processes share: what is there whole is not fetched
 * again. The proof alone may lack. Raises ARTIFACT_DIGEST_MISMATCH, ARTIFACT_NOT_FOUND, STORE_UNAVAILABLE.
 */
export async function fetchVersion(version: Version, store: ArtifactStore, cacheFolder: string): Promise<ModelFiles> {
  const cache = isFolder(store) ? store : folderStore(cacheFolder);
  const fetched = async (digest: Digest): Promise<string> => {
    // A damaged copy is fetched again; a damaged original is told by `get`.
    if (!(await cache.isIntact(digest))) await cache.put(await store.get(digest));
    return cache.pathOf(digest);
  };
  const fetchedOrNone = async (digest: Digest | null) => (digest === null ? null : fetched(digest));
  const { artifact, launch, golden, reference, proof } = version;
  // It only saves time: a proof that is lost or damaged is made anew.
  const pushed = await fetchedOrNone(proof).catch((thrown: unknown) => {
    if (isSlipwayError(thrown) && lostCodes.has(thrown.code)) return null;
    throw thrown;
  });
  // A proof by another version of the engine is made here and kept here: what has a digest's name never changes.
  const own = join(cacheFolder, 'proofs', `${hexOf(artifact)}-${hexOf(launch).slice(0, 16)}.proof.json`);
  return {
    launch: await fetched(launch),
    artifact: await fetched(artifact),
    golden: await fetchedOrNone(golden),
    reference: await fetchedOrNone(reference),
    evaluation: null,
    proof: { from: pushed === null ? [own] : [pushed, own], to: own },
  };
}

function isFolder(store: ArtifactStore): store is FolderStore {
  return 'pathOf' in store;
}

function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

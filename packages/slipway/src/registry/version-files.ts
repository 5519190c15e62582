import { fail, isSlipwayError } from '@slipway/core';
import type { ArtifactStore } from './ports.ts';
import type { Digest, Version, VersionFiles } from './types.ts';

type NamedFiles = VersionFiles & Pick<Version, 'model' | 'version'>;

/** Raises ARTIFACT_NOT_FOUND where a file of the version is not in the store. */
export async function demandPresent(version: NamedFiles, store: ArtifactStore): Promise<void> {
  const there = await Promise.all(
    filesOf(version).map(async ([name, digest]) => ({ name, digest, isThere: await store.has(digest) })),
  );
  for (const { name, digest, isThere } of there) if (!isThere) throw lost(version, name, digest, store);
}

/** Reads every file of the version. Raises ARTIFACT_NOT_FOUND, ARTIFACT_DIGEST_MISMATCH, STORE_UNAVAILABLE. */
export async function demandIntact(version: NamedFiles, store: ArtifactStore): Promise<void> {
  for (const [name, digest] of filesOf(version)) {
    await store.verify(digest).catch((thrown: unknown) => {
      if (!isSlipwayError(thrown)) throw thrown;
      if (thrown.code === 'ARTIFACT_NOT_FOUND') throw lost(version, name, digest, store);
      if (thrown.code === 'ARTIFACT_DIGEST_MISMATCH') throw damaged(version, name, thrown);
      throw thrown;
    });
  }
}

function filesOf({ artifact, launch, reference, golden, proof }: NamedFiles): readonly (readonly [string, Digest])[] {
  return Object.entries({ artifact, launch, reference, golden, proof }).flatMap(([name, digest]) =>
    digest === null ? [] : [[name, digest] as const],
  );
}

function lost({ model, version }: NamedFiles, name: string, digest: Digest, store: ArtifactStore) {
  return fail('ARTIFACT_NOT_FOUND', {
    message: `The ${name} of ${model}@${version} is not in the artifact store.`,
    where: `${store.where}: ${digest}`,
    hint: 'Push the version again from its launch file, or check SLIPWAY_ARTIFACTS.',
  });
}

function damaged({ model, version }: NamedFiles, name: string, thrown: ReturnType<typeof fail>) {
  const { code, message, where, hint, details } = thrown;
  return fail(code, {
    message: `The ${name} of ${model}@${version} is damaged in the artifact store. ${message}`,
    ...{ where, hint, details, cause: thrown },
  });
}

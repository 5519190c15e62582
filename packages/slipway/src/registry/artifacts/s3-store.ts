import type { ArtifactStore } from '../ports.ts';
import type { Digest } from '../types.ts';
import { type Content, digestOfBytes, keyOf, lyingStore, notInStore } from './blob.ts';
import { sourceOf } from './content-source.ts';
import { digestFound, isAbsent, readDigest } from './s3-digests.ts';
import { endUploads, listed } from './s3-lists.ts';
import { demand, type S3Bucket, type S3Place, s3Bucket } from './s3-requests.ts';
import { partBytesDefault, upload } from './s3-upload.ts';

/**
 * Keeps bytes in an S3-compatible store as `prefix/sha256/ab/<hex>`. A file appears with one request, so it is there
 * whole or not at all; the store is told the digest, and asked to keep what is there already where it knows how to.
 * Nothing that lies there is taken for what it should be because of its name or its size.
 */
export function s3Store(place: S3Place): ArtifactStore {
  const bucket = s3Bucket(place);
  const { send, where } = bucket;

  const has = async (digest: Digest) =>
    demand(bucket, await send({ method: 'HEAD', key: keyOf(digest) }), [200, 404]).status === 200;

  return {
    where,
    put: (content) => put(bucket, content),
    async get(digest) {
      const answer = await send({ method: 'GET', key: keyOf(digest) });
      if (isAbsent(answer)) throw notInStore(where, digest);
      demand(bucket, answer, [200]);
      demandDigest(where, digest, digestOfBytes(answer.body));
      return answer.body;
    },
    verify: async (digest) => demandDigest(where, digest, await readDigest(bucket, digest)),
    has,
    list: () => listed(bucket),
    async delete(digest, signal) {
      if (!(await has(digest))) return false;
      const request = { method: 'DELETE', key: keyOf(digest), ...(signal === undefined ? {} : { signal }) } as const;
      demand(bucket, await send(request), [200, 204, 404]);
      return true;
    },
    removeDrafts: (beforeMs) => endUploads(bucket, beforeMs),
  };
}

async function put(bucket: S3Bucket, content: Content): Promise<Digest> {
  const source = await sourceOf(content, bucket.place.partBytes ?? partBytesDefault);
  try {
    const { digest } = source;
    const asked = { bucket, key: keyOf(digest), source };
    let found = await digestFound(bucket, digest);
    if (found === null) {
      if (await upload({ ...asked, onlyNew: true })) return digest;
      // Somebody else was faster. What they wrote is looked at like everything that lies there.
      found = await digestFound(bucket, digest);
    }
    if (found === digest) return digest;
    await upload({ ...asked, onlyNew: false });
    demandDigest(bucket.where, digest, await readDigest(bucket, digest));
    return digest;
  } finally {
    await source.close();
  }
}

function demandDigest(where: string, digest: Digest, found: Digest | null): void {
  if (found === null) throw notInStore(where, digest);
  if (found !== digest) throw lyingStore(where, digest, found);
}

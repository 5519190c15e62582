import { createHash } from 'node:crypto';
import type { Digest } from '../types.ts';
import { keyOf } from './blob.ts';
import { demand, type S3Answer, type S3Bucket, statusText } from './s3-requests.ts';

/** The digest of what lies in the place of another, by reading all of it; null where nothing does. */
export async function readDigest(bucket: S3Bucket, digest: Digest): Promise<Digest | null> {
  let hash = createHash('sha256');
  const receive = () => {
    hash = createHash('sha256');
    return (part: Uint8Array) => void hash.update(part);
  };
  const answer = await bucket.send({ method: 'GET', key: keyOf(digest), receive });
  if (isAbsent(answer)) return null;
  demand(bucket, answer, [200]);
  return `sha256:${hash.digest('hex')}`;
}

/** As `readDigest`, but takes the word of a store that computed the SHA-256 itself when it took the object in. */
export async function digestFound(bucket: S3Bucket, digest: Digest): Promise<Digest | null> {
  const headers = { 'x-amz-checksum-mode': 'ENABLED' };
  const answer = demand(bucket, await bucket.send({ method: 'HEAD', key: keyOf(digest), headers }), [200, 404]);
  if (answer.status === 404) return null;
  return checksumOf(answer) ?? readDigest(bucket, digest);
}

/** A bucket that is not there is trouble of the store, and no file that is lost. */
export function isAbsent(answer: S3Answer): boolean {
  return answer.status === 404 && !statusText(answer).includes('NoSuchBucket');
}

/** Of the whole object; null where there is none, or one made of those of its parts (`...-3`). */
function checksumOf({ headers }: S3Answer): Digest | null {
  const checksum = headers.get('x-amz-checksum-sha256');
  if (checksum === null || !/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return null;
  return `sha256:${Buffer.from(checksum, 'base64').toString('hex')}`;
}

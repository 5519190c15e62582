import { createHash } from 'node:crypto';
import type { ContentSource } from './content-source.ts';
import { demand, type S3Bucket, statusText, unavailable } from './s3-requests.ts';

/**
 * What is larger goes up in parts of this size, and no more than one of them is copied in memory at a time. S3 asks for
 * 5 MiB at least, and takes 5 GB at most in one request.
 */
export const partBytesDefault = 16 * 2 ** 20;
/** Larger parts are taken where there would be more of them: the limit of S3. */
const partsMax = 10_000;

export interface S3Upload {
  readonly bucket: S3Bucket;
  readonly key: string;
  readonly source: ContentSource;
  /** Whether what lies there already stays; the store is asked to see to it, where it knows how to. */
  readonly onlyNew: boolean;
}

/** Writes an object, whole or not at all. Answers false where it stays unwritten, since something lies there already. */
export function upload(asked: S3Upload): Promise<boolean> {
  const partBytes = asked.bucket.place.partBytes ?? partBytesDefault;
  return asked.source.bytes > partBytes ? uploadParts(asked, partBytes) : uploadWhole(asked);
}

async function uploadWhole({ bucket, key, source, onlyNew }: S3Upload): Promise<boolean> {
  const { send } = bucket;
  const body = await source.part(0, source.bytes);
  const plain = { 'x-amz-content-sha256': hexOf(source.digest), 'content-type': 'application/octet-stream' };
  // The store keeps this one, where it knows how to, and tells it to whoever asks whether the object is right.
  const checked = { ...plain, 'x-amz-checksum-sha256': Buffer.from(hexOf(source.digest), 'hex').toString('base64') };
  const headers = onlyNew ? { ...checked, 'if-none-match': '*' } : checked;
  const first = await send({ method: 'PUT', key, body, headers });
  if (first.status === 200) return true;
  if (first.status === 412) return false;
  // A store that does not know conditions or checksums may refuse the question.
  if (first.status !== 404 && first.status !== 403) {
    demand(bucket, await send({ method: 'PUT', key, body, headers: plain }), [200]);
    return true;
  }
  throw unavailable(bucket.place, statusText(first));
}

/** The object appears when the last request is answered. Until then its parts are seen by nobody; a failure takes them away. */
async function uploadParts(asked: S3Upload, partBytes: number): Promise<boolean> {
  const { key, source } = asked;
  const { place, send } = asked.bucket;
  const begun = await send({ method: 'POST', key, query: { uploads: '' }, headers: octets });
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(Buffer.from(begun.body).toString('utf8'))?.[1];
  if (begun.status !== 200 || uploadId === undefined) throw unavailable(place, statusText(begun));
  let isWritten = false;
  try {
    const size = Math.max(partBytes, Math.ceil(source.bytes / partsMax));
    const tags: string[] = [];
    for (let from = 0; from < source.bytes; from += size) {
      const body = await source.part(from, Math.min(from + size, source.bytes));
      const query = { partNumber: String(tags.length + 1), uploadId };
      const headers = { 'x-amz-content-sha256': hashOf(body) };
      const answer = await send({ method: 'PUT', key, query, headers, body });
      const tag = answer.headers.get('etag');
      if (answer.status !== 200 || tag === null) throw unavailable(place, statusText(answer));
      tags.push(tag);
    }
    isWritten = await complete(asked, uploadId, tags);
    return isWritten;
  } finally {
    if (!isWritten) await send({ method: 'DELETE', key, query: { uploadId } }).catch(() => {});
  }
}

const octets = { 'content-type': 'application/octet-stream' };

async function complete(asked: S3Upload, uploadId: string, tags: readonly string[]): Promise<boolean> {
  const { key, onlyNew } = asked;
  const { place, send } = asked.bucket;
  const parts = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const request = { method: 'POST', key, query: { uploadId }, body } as const;
  const xml = { 'content-type': 'application/xml', 'x-amz-content-sha256': hashOf(body) };
  let answer = await send({ ...request, headers: onlyNew ? { ...xml, 'if-none-match': '*' } : xml });
  if (onlyNew && (answer.status === 501 || answer.status === 400)) answer = await send({ ...request, headers: xml });
  // 404: an attempt whose answer was lost had completed it, or somebody took the parts away: the caller looks what is there.
  if (answer.status === 412 || answer.status === 409 || answer.status === 404) return false;
  // The answer begins before the parts are joined, so that a 200 may still end in an error.
  if (answer.status !== 200 || /<Error>/.test(Buffer.from(answer.body).toString('utf8'))) {
    throw unavailable(place, statusText(answer));
  }
  return true;
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}
